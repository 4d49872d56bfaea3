import pytest
from pydantic import ValidationError
from talent_kit.settings import CommonSettings, UnknownSetting


class RegistrySettings(CommonSettings):
    grpc_port: int = 7110
    public_url: str = ""


def test_common_and_own_variables_are_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TALENT_KAFKA_NAMESPACE", "ns")
    monkeypatch.setenv("TALENT_REGISTRY_GRPC_PORT", "9")
    settings = RegistrySettings()
    assert settings.grpc_port == 9
    assert settings.topic("talent.jobs.v1") == "ns.talent.jobs.v1"
    assert settings.logical_topic("ns.talent.jobs.v1") == "talent.jobs.v1"


@pytest.mark.parametrize("name", ["TALENT_KAFKA_NAMESPASE", "TALENT_REGISTRY_PORT"])
def test_an_unknown_setting_is_an_error(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(name, "x")
    with pytest.raises(UnknownSetting, match=name):
        RegistrySettings()


def test_another_services_setting_is_not_unknown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TALENT_WALLET_GRPC_PORT", "7130")
    RegistrySettings()


def test_a_wrong_value_names_its_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TALENT_REGISTRY_GRPC_PORT", "many")
    with pytest.raises(ValidationError, match="grpc_port"):
        RegistrySettings()


def test_secrets_are_not_shown():
    settings = RegistrySettings(
        oidc_client_secret="hush",
        kafka_password="hush",
        mongo_url="mongodb://user:hush@db:27017/?tls=true",
    )
    shown = settings.describe()
    assert "hush" not in str(shown)
    assert shown["mongo_url"] == "mongodb://…@db:27017/?tls=true"
