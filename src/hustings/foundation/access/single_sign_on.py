"""allauth's OpenID Connect, as this house uses it: providers come from our settings, nobody new is made by signing in,
and every answer is a page of ours."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse

from . import queries


class Adapter(DefaultSocialAccountAdapter):
    def list_apps(self, request: Any, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Of all that is set up, the one with this slug."""
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=one.slug,
                name=one.name,
                client_id=one.client_id,
                secret=one.secret,
                settings={"server_url": one.issuer, "oauth_pkce_enabled": True},
            )
            for one in queries.sign_on_providers()
            if provider in (None, one.slug)
        ]

    def get_provider(self, request: Any, provider: Any, client_id: Any = None) -> "Provider":
        return Provider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def populate_user(self, request: Any, sociallogin: Any, data: Any) -> Any:
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """The provider said who it is. Here allauth's part ends: our view decides."""
        raise ImmediateHttpResponse(request.sign_on_said(sociallogin))  # type: ignore[attr-defined]

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(request.sign_on_failed())  # type: ignore[attr-defined]


class Provider(OpenIDConnectProvider):
    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """Nothing of what the provider tells about a person is kept."""
        return {}

    def get_callback_url(self) -> str:
        return reverse("access:sign_on_answer", args=[self.app.provider_id])

    def get_oauth2_adapter(self, request: HttpRequest) -> "Exchange":
        return Exchange(request, self.app.provider_id)


class Exchange(OpenIDConnectOAuth2Adapter):
    """The conversation with the provider."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse("access:sign_on_answer", args=[self.provider_id]))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Raises OAuth2Error where the two things it says of a person disagree, or it is not who it should be."""
        if self.openid_config.get("issuer", "").rstrip("/") != self.get_provider().app.settings["server_url"]:
            raise OAuth2Error("the provider names another issuer")
        if "id_token" not in kwargs["response"]:
            raise OAuth2Error("no id_token")
        login = super().complete_login(request, app, token, **kwargs)
        said = self._decode_again(app, kwargs["response"]["id_token"])
        if str(said.get("sub")) != login.account.uid:
            raise OAuth2Error("userinfo and id_token speak of two people")
        return login

    def _decode_again(self, app: Any, id_token: str) -> dict[str, Any]:
        return dict(getattr(self, "_told", None) or super()._decode_id_token(app, id_token))

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        self._told = dict(super()._decode_id_token(app, id_token))
        return self._told
