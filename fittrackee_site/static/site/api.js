// Draws the documentation of the API; tokens for trying it out come through OAuth with PKCE.
"use strict";

const place = document.getElementById("api-documentation");

const ui = SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  oauth2RedirectUrl: place.dataset.redirect,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
  supportedSubmitMethods: ["get", "post", "put", "patch", "delete"],
  // The cookie of the page's own session must not lend its rights to what is tried out.
  requestInterceptor: (request) => Object.assign(request, { credentials: "omit" }),
});

ui.initOAuth({
  clientId: place.dataset.client,
  usePkceWithAuthorizationCodeGrant: true,
});
