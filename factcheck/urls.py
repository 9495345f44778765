"""All addresses, put together from the doors."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from factcheck.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("account/login/", auth.LoginView.as_view(), name="login"),
    path("account/logout/", auth.LogoutView.as_view(), name="logout"),
    path("account/password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("account/password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("account/reset/", auth.PasswordResetView.as_view(), name="password_reset"),
    path("account/reset/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("account/reset/<uidb64>/<token>/", auth.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("account/reset/done/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("desk/", include("claims.desk.urls")),
    path("api/v1/", include("claims.api.urls")),
    path("", include("sources.web.urls")),
    path("", include("claims.public.urls")),
]

handler400 = "claims.public.errors.bad_request"
handler403 = "claims.public.errors.forbidden"
handler404 = "claims.public.errors.not_found"
handler500 = "claims.public.errors.broken"
