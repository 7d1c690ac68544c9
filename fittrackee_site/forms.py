"""How forms look: labels above, help below, errors beside the field."""

from django.forms.renderers import TemplatesSetting


class SiteFormRenderer(TemplatesSetting):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` with the site's own templates."""

    form_template_name = "includes/_form.html"
    field_template_name = "includes/_field.html"
