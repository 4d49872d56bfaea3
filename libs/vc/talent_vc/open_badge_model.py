"""The types of Open Badges 3.0 (section B.1, "Credential Data Models"), which CLR 2.0 shares.

What VCDM itself asks of a credential (status, schemas, terms, dates) is in `structure`. A type in
"…v1p1" is that of a badge on VCDM 1.1 (section B.9), where it differs. A word from a vocabulary
that others may add to is advised, one from a closed vocabulary is not.
"""

from __future__ import annotations

from typing import Any

from talent_vc.kinds import Test, of_type, one_of
from talent_vc.model import read_tables

_TABLES = """
AchievementCredential
  id                    URI                   1
  name                  Text                  0..*
  description           Text                  0..*
  image                 URI/Image             0..1
  awardedDate           DateTimeZ             0..1
  issuer                URI/Profile           1
  validFrom             DateTimeZ             1     wanted
  credentialSubject     AchievementSubject    1
  endorsement           Endorsement           0..*
  endorsementJwt        CompactJws            0..*
  evidence              Evidence              0..*
  refreshService        RefreshService        0..1

AchievementCredentialv1p1
  id                    URI                   1
  name                  Text                  1..*
  description           Text                  0..*
  image                 URI/Image             0..1
  awardedDate           DateTimeZ             0..1
  issuer                URI/Profile           1
  credentialSubject     AchievementSubject    1
  endorsement           Endorsement           0..*
  endorsementJwt        CompactJws            0..*
  evidence              Evidence              0..*
  refreshService        RefreshService        0..1

EndorsementCredential
  id                    URI                   1
  name                  Text                  1..*
  description           Text                  0..*
  awardedDate           DateTimeZ             0..1
  issuer                URI/Profile           1
  validFrom             DateTimeZ             1     wanted
  credentialSubject     EndorsementSubject    1
  refreshService        RefreshService        0..1

EndorsementCredentialv1p1
  id                    URI                   1
  name                  Text                  0..*
  description           Text                  0..*
  awardedDate           DateTimeZ             0..1
  issuer                URI/Profile           1
  credentialSubject     EndorsementSubject    1
  refreshService        RefreshService        0..1

AchievementSubject
  type                  'AchievementSubject'  1..*
  id                    URI                   0..1
  activityEndDate       DateTime              0..1
  activityStartDate     DateTime              0..1
  creditsEarned         Float                 0..1
  achievement           Achievement           1
  identifier            IdentityObject        0..*
  image                 URI/Image             0..1
  licenseNumber         String                0..1
  narrative             Markdown              0..1
  result                Result                0..*
  role                  String                0..1
  source                Profile               0..1
  term                  String                0..1

EndorsementSubject
  type                  'EndorsementSubject'  1..*
  id                    URI                   1
  endorsementComment    Markdown              0..1

Achievement
  type                  'Achievement'         1..*
  id                    URI                   1
  alignment             Alignment             0..*
  achievementType       AchievementType       0..1  advised
  creator               Profile               0..1
  creditsAvailable      Float                 0..1
  criteria              Criteria              1
  description           SomeString            1
  endorsement           Endorsement           0..*
  endorsementJwt        CompactJws            0..*
  fieldOfStudy          String                0..1
  humanCode             String                0..1
  image                 URI/Image             0..1
  inLanguage            LanguageCode          0..1  advised
  name                  SomeString            1
  otherIdentifier       IdentifierEntry       0..*
  related               Related               0..*
  resultDescription     ResultDescription     0..*
  specialization        String                0..1
  tag                   String                0..*
  version               String                0..1

Address
  type                  'Address'             1..*
  addressCountry        String                0..1
  addressCountryCode    CountryCode           0..1  advised
  addressRegion         String                0..1
  addressLocality       String                0..1
  streetAddress         String                0..1
  postOfficeBoxNumber   String                0..1
  postalCode            String                0..1
  geo                   GeoCoordinates        0..1

Alignment
  type                  'Alignment'           1..*
  targetCode            String                0..1
  targetDescription     String                0..1
  targetName            SomeString            1
  targetFramework       String                0..1
  targetType            AlignmentTargetType   0..1  advised
  targetUrl             URL                   1

Criteria
  id                    URI                   0..1
  narrative             Markdown              0..1

Evidence
  type                  'Evidence'            1..*
  id                    URI                   0..1
  narrative             Markdown              0..1
  name                  String                0..1
  description           String                0..1
  genre                 String                0..1
  audience              String                0..1

GeoCoordinates
  type                  'GeoCoordinates'      1
  latitude              Float                 1
  longitude             Float                 1

IdentifierEntry
  type                  'IdentifierEntry'     1
  identifier            SomeString            1
  identifierType        IdentifierTypeEnum    1     advised

IdentityObject
  type                  'IdentityObject'      1
  hashed                Boolean               1
  identityHash          SomeString            1
  identityType          IdentifierTypeEnum    1     advised
  salt                  String                0..1

Image
  type                  'Image'               1
  id                    URI                   1
  caption               String                0..1

Profile
  type                  'Profile'             1..*
  id                    URI                   1
  name                  String                0..1
  url                   URI                   0..1
  phone                 PhoneNumber           0..1  advised
  description           String                0..1
  endorsement           Endorsement           0..*
  endorsementJwt        CompactJws            0..*
  image                 URI/Image             0..1
  email                 EmailAddress          0..1  advised
  address               Address               0..1
  otherIdentifier       IdentifierEntry       0..*
  official              String                0..1
  parentOrg             Profile               0..1
  familyName            String                0..1
  givenName             String                0..1
  additionalName        String                0..1
  patronymicName        String                0..1
  honorificPrefix       String                0..1
  honorificSuffix       String                0..1
  familyNamePrefix      String                0..1
  dateOfBirth           Date                  0..1

RefreshService
  id                    URI                   1

Related
  type                  'Related'             1..*
  id                    URI                   1
  inLanguage            LanguageCode          0..1  advised
  version               String                0..1

Result
  type                  'Result'              1..*
  achievedLevel         URI                   0..1
  alignment             Alignment             0..*
  resultDescription     URI                   0..1
  status                ResultStatusType      0..1
  value                 String                0..1

ResultDescription
  type                  'ResultDescription'   1..*
  id                    URI                   1
  alignment             Alignment             0..*
  allowedValue          String                0..*
  name                  SomeString            1
  requiredLevel         URI                   0..1
  requiredValue         String                0..1
  resultType            ResultType            1     advised
  rubricCriterionLevel  RubricCriterionLevel  0..*
  valueMax              String                0..1
  valueMin              String                0..1

RubricCriterionLevel
  type                  'RubricCriterionLevel' 1..*
  id                    URI                   1
  alignment             Alignment             0..*
  description           String                0..1
  level                 String                0..1
  name                  SomeString            1
  points                String                0..1
"""


def _some_string(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


KINDS: dict[str, Test] = {
    "SomeString": _some_string,
    # An endorsement is a credential of its own, judged as one.
    "Endorsement": of_type("EndorsementCredential"),
    "AchievementType": one_of(
        "Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge"
        " BachelorDegree Certificate CertificateOfCompletion Certification CommunityService"
        " Competency Course CoCurricular Degree Diploma DoctoralDegree Fieldwork"
        " GeneralEducationDevelopment JourneymanCertificate LearningProgram License Membership"
        " ProfessionalDoctorate QualityAssuranceCredential MasterCertificate MasterDegree"
        " MicroCredential ResearchDoctorate SecondarySchoolDiploma",
        extensible=True,
    ),
    "AlignmentTargetType": one_of(
        "ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion"
        " CFRubricCriterionLevel CTDL",
        extensible=True,
    ),
    "IdentifierTypeEnum": one_of(
        "name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber"
        " isbn issn lisSourcedId oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId"
        " ltiToolId ltiPlatformId ltiUserId identifier",
        extensible=True,
    ),
    "ResultStatusType": one_of("Completed Enrolled Failed InProgress OnHold Provisional Withdrew"),
    "ResultType": one_of(
        "GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result"
        " RubricCriterion RubricCriterionLevel RubricScore ScaledScore Status",
        extensible=True,
    ),
}

TYPES = read_tables(_TABLES, KINDS)
