from django.urls import path

from committee import views

app_name = "committee"

urlpatterns = [
    path("organisation/", views.BodyList.as_view(), name="body-list"),
    path("organisation/<slug:slug>/", views.BodyDetail.as_view(), name="body-detail"),
    path("kommuner/", views.MunicipalityList.as_view(), name="municipality-list"),
    path("kommuner/<slug:slug>/", views.MunicipalityDetail.as_view(), name="municipality-detail"),
    path("samverkan/", views.cooperation, name="cooperation"),
    path("samverkan/<yyyy:year>/<slug:slug>/", views.target_area_detail, name="targetarea-detail"),
]
