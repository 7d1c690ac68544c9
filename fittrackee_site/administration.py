"""Addresses of the administration, gathered from the apps."""

from django.urls import path

from accounts.views import administration as accounts
from training.views import administration as workouts

app_name = "administration"
urlpatterns = [
    path("", workouts.home, name="home"),
    path("/application", accounts.configuration, name="configuration"),
    path("/sports", workouts.sports, name="sports"),
    path("/sports/<int:pk>", workouts.switch_sport, name="switch_sport"),
    path("/users", accounts.users, name="users"),
    path("/users/<str:username>", accounts.show_user, name="user"),
    path("/users/<str:username>/activate", accounts.activate_user, name="activate"),
    path("/users/<str:username>/deactivate", accounts.deactivate_user, name="deactivate"),
    path("/users/<str:username>/promote", accounts.promote, name="promote"),
    path("/users/<str:username>/demote", accounts.demote, name="demote"),
    path(
        "/users/<str:username>/reset-password", accounts.reset_user_password, name="reset_password"
    ),
    path("/users/<str:username>/email", accounts.change_user_email, name="change_email"),
    path("/users/<str:username>/delete", accounts.delete_user, name="delete_user"),
]
