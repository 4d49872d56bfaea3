"""The language of a text, by small words and scripts."""

import pytest
from talent_skills.languages import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are looking for a welder with experience in MIG welding and SQL", "en"),
        ("Buscamos un soldador con experiencia en soldadura MIG para nuestro taller", "es"),
        ("Nous cherchons un soudeur pour notre atelier avec de l'expérience en Java", "fr"),
        ("Wir suchen einen Schweißer mit Erfahrung in SQL für unser Team und die Werkstatt", "de"),
        ("Procuramos um soldador com experiência em Excel para a nossa oficina", "pt"),
        ("Cerchiamo un saldatore con esperienza di MIG per la nostra officina", "it"),
        ("Wij zoeken een lasser met ervaring in MIG voor onze werkplaats", "nl"),
        (
            "Szukamy spawacza do pracy w warsztacie, który ma prawo jazdy i nie boi się",
            "pl",
        ),
        ("Chúng tôi cần thợ hàn có kinh nghiệm với Java và các công cụ khác", "vi"),
        ("Naghahanap kami ng welder na may karanasan sa Excel para sa mga proyekto", "tl"),
        ("N ap chèche yon moun pou travay nan atelye a ak ekip la", "ht"),
        ("Требуется сварщик с опытом работы", "ru"),
        ("招聘焊工，需要有经验", "zh"),
        ("溶接工を募集しています", "ja"),
        ("용접공을 모집합니다", "ko"),
        ("مطلوب لحام ذو خبرة", "ar"),
    ],
)
def test_a_posting_is_in_its_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123 / 456",
        "Docker Kubernetes Jenkins CI/CD AWS",
        "Python, Java, SQL, Excel, AutoCAD, La Marzocco",
        "HVAC technician",
        "Fluent in Spanish (se habla español)",
        "Café manager in Des Moines and La Porte, with the De La Cruz group",
    ],
)
def test_english_is_what_nothing_speaks_against(text: str) -> None:
    assert language_of(text) == "en"
