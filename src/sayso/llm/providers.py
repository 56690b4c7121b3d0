"""Make pydantic-ai's model object for one target, over our own transport, with every hidden choice made outright."""

import httpx2
from google.auth.credentials import Credentials, with_scopes_if_required
from google.oauth2.credentials import Credentials as TokenCredentials
from pydantic_ai.models import Model
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.google_cloud import GoogleCloudProvider
from pydantic_ai.providers.openai import OpenAIProvider

from sayso import google_identity
from sayso.llm.one_request import OneRequest
from sayso.llm.target import Target

NO_KEY = "none"
"""What a server that takes no key is sent, because the client can't leave it out."""

_CLIENT_TIMEOUT_S = 3600.0
"""Beyond every deadline: the completion's own bounds everything, and the client's is per read."""

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


def model_of(target: Target, transport: OneRequest) -> Model:
    """Make the model that is asked; raises SettingsError where credentials can't be read."""
    client = httpx2.AsyncClient(transport=transport, timeout=_CLIENT_TIMEOUT_S, follow_redirects=False, trust_env=False)
    match target.provider:
        case "openai":
            key = target.key or NO_KEY
            return OpenAIChatModel(
                target.model,
                provider=OpenAIProvider(base_url=target.base_url, api_key=key, http_client=client),
                # Servers of one's own know the older name of the limit, and some of them only that one.
                profile=OpenAIModelProfile(openai_chat_supports_max_completion_tokens=target.is_own_address),
            )
        case "gemini":
            return GoogleModel(
                target.model,
                provider=GoogleProvider(base_url=target.base_url, api_key=target.key, http_client=client),
            )
        case "vertex":
            cloud = GoogleCloudProvider(
                base_url=target.base_url,
                project=target.project,
                location=target.location,
                credentials=_credentials(target),
                http_client=client,
            )
            return GoogleModel(target.model, provider=cloud)


def _credentials(target: Target) -> Credentials:
    """Give who calls Google; said in the settings, never searched for."""
    if target.is_anonymous:
        return TokenCredentials(token="none")  # noqa: S106 - on loopback, where nobody asks for one
    # Without scopes a service account would ask a token server first; with them it signs for itself.
    found = google_identity.credentials("llm", target.credentials, is_anonymous=False)
    scoped: Credentials = with_scopes_if_required(found, _SCOPES)
    return scoped
