"""List nouns that say a sex, and the ways to say an age. Pronouns and names say neither."""

from collections.abc import Mapping

# Source: GUIDE.md ("a noun that says the sex"); the nouns are those of WordNet 3.1 under adult male and adult female.
SEX_NOUNS: Mapping[str, str] = dict.fromkeys(
    "woman lady girl gal gentlewoman female".split(), "female"
) | dict.fromkeys("man gentleman boy guy bloke male".split(), "male")

KIN: Mapping[str, str] = dict.fromkeys(
    "mother mom mum mama mommy mummy wife sister daughter aunt grandmother grandma granny niece girlfriend".split(),
    "female",
) | dict.fromkeys(
    "father dad daddy papa husband brother son uncle grandfather grandpa nephew boyfriend".split(), "male"
)
"""Relatives: they say the patient's sex only where the sentence is about them."""

PERSON_WORDS = frozenset(
    "age aged at in years year of patient person applicant borrower customer client driver subject employee member user "
    "respondent owner insured holder passenger participant student policyholder".split()
)
"""Words that may stand beside ``age`` in the name of a person's age; a boiler's age is another thing."""

AGE_NAMES = frozenset({"age", "aged", "years old", "year old", "patient age"})
"""A feature with one of these words is a person's age, which ``turned 67`` and ``52yo`` state too."""
