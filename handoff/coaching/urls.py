"""Addresses of coaching, below /coaching/ and among those of the handoff."""

from django.urls import path

from handoff.coaching import views

urlpatterns = [
    path("", views.coaching, name="coaching"),
    path("ways/", views.ways, name="coaching-ways"),
    path("<int:pk>/", views.card, name="coaching-card"),
    path("<int:pk>/acknowledge/", views.acknowledge, name="coaching-acknowledge"),
    path("<int:pk>/note/", views.note, name="coaching-note"),
    path("<int:pk>/close/", views.close, name="coaching-close"),
]
