"""List how people write units, as token sequences, with the unit that `sayso.contract.units` knows.

Source of the definitions behind the names: pint's registry (NIST SP 811). A surface that could be two units is left out,
so that it reads as an unknown word: ton, gallon, cup, calorie, nautical terms.
"""

from collections.abc import Mapping

SURFACES: Mapping[str, str] = {
    # shares of a whole
    "percent": "%|percent|per cent|pct|pc|percents",
    "percentage point": "percentage point|percentage points|pp|ppt|ppts|% point|% points|percent point|percent points",
    "basis point": "basis point|basis points|bp|bps|bips",
    "per mille": "‰|per mille|permille",
    "point": "point|points|pt|pts",
    # money: ISO 4217 codes are added by code
    "USD": "$|us$|dollar|dollars|us dollar|us dollars|bucks|usd",
    "EUR": "€|euro|euros|eur",
    "GBP": "£|pound sterling|pounds sterling|quid|gbp",
    "JPY": "¥|yen|jpy",
    "INR": "₹|rupee|rupees|inr",
    "CHF": "chf|swiss franc|swiss francs",
    "foreign money": "peso|pesos|franc|francs|krona|kronor|krone|kroner|yuan|renminbi|rmb|real|reais|zloty|rand|lira|won|"
    "ruble|rubles|baht|dirham|dirhams|ringgit|c$|a$|can$|aud$|bitcoin|btc",
    "cent": "cent|cents|¢",
    # mass
    "kilogram": "kg|kgs|kilo|kilos|kilogram|kilograms|kilogramme|kilogrammes",
    "gram": "g|gr|gram|grams|gramme|grammes",
    "milligram": "mg|milligram|milligrams",
    "microgram": "ug|µg|μg|mcg|microgram|micrograms",
    "metric_ton": "tonne|tonnes|metric ton|metric tons",
    "pound": "lb|lbs|pound|pounds",
    "ounce": "oz|ounce|ounces",
    "stone": "stone|stones",
    # length
    "millimeter": "mm|millimeter|millimeters|millimetre|millimetres",
    "centimeter": "cm|cms|centimeter|centimeters|centimetre|centimetres",
    "decimeter": "dm",
    "meter": "m|meter|meters|metre|metres",
    "kilometer": "km|kms|kilometer|kilometers|kilometre|kilometres",
    "inch": "in|inch|inches",
    "foot": "ft|foot|feet",
    "yard": "yd|yds|yard|yards",
    "mile": "mi|mile|miles",
    # area and volume
    "meter**2": "m2|m ^ 2|sqm|sq m|square meter|square meters|square metre|square metres",
    "centimeter**2": "cm2|cm ^ 2|square centimeter|square centimeters|square centimetre|square centimetres",
    "kilometer**2": "km2|km ^ 2|sq km|square kilometer|square kilometers|square kilometre|square kilometres",
    "foot**2": "ft2|ft ^ 2|sqft|sq ft|sq . ft|square foot|square feet",
    "acre": "acre|acres",
    "hectare": "ha|hectare|hectares",
    "meter**3": "m3|m ^ 3|cubic meter|cubic meters|cubic metre|cubic metres|cbm",
    "centimeter**3": "cm3|cm ^ 3|cc|cubic centimeter|cubic centimeters|cubic centimetre|cubic centimetres",
    "foot**3": "ft3|ft ^ 3|cubic foot|cubic feet",
    "liter": "l|liter|liters|litre|litres",
    "milliliter": "ml|milliliter|milliliters|millilitre|millilitres",
    "deciliter": "dl|deciliter|deciliters|decilitre|decilitres",
    # time
    "second": "s|sec|secs|seconds",
    "minute": "min|mins|minute|minutes",
    "hour": "h|hr|hrs|hour|hours",
    "day": "días|jours|tage|d|day|days",
    "week": "wk|wks|week|weeks",
    "month": "meses|mois|monate|mo|mos|mth|mths|month|months",
    "year": "años|ans|jahre|y|yr|yrs|year|years",
    # temperature
    "degree_Celsius": "°c|° c|c|celsius|degrees celsius|degree celsius|deg c|degrees c|degrees centigrade|centigrade",
    "degree_Fahrenheit": "°f|° f|f|fahrenheit|degrees fahrenheit|degree fahrenheit|deg f|degrees f",
    "degree": "degrees|degree|deg|°",
    "kelvin": "k|° k|kelvin|kelvins",
    # pressure
    "mmHg": "mmhg|mm hg|millimeters of mercury|millimetres of mercury",
    "pascal": "pa|pascal|pascals",
    "hectopascal": "hpa|hectopascal|hectopascals",
    "kilopascal": "kpa|kilopascal|kilopascals",
    "megapascal": "mpa|megapascal|megapascals",
    "millibar": "mbar|millibar|millibars",
    "bar": "bar|bars",
    "psi": "psi",
    # speed
    "kilometer/hour": "km/h|km / h|kph|kmh|kmph|kilometers per hour|kilometres per hour|kilometers an hour|kilometres an hour",
    "mile/hour": "mph|miles per hour|miles an hour",
    "meter/second": "m/s|m / s|meters per second|metres per second",
    "knot": "knot|knots|kt|kts|kn",
    # energy, power, amount
    "kilowatt_hour": "kwh|kilowatt hour|kilowatt hours",
    "kilowatt": "kw|kilowatt|kilowatts",
    "watt": "w|watt|watts",
    "kilocalorie": "kcal|kilocalorie|kilocalories",
    "kilojoule": "kj|kilojoule|kilojoules",
    "mole": "mol|mole|moles",
    "millimole": "mmol|millimole|millimoles",
    "micromole": "umol|µmol|μmol|micromole|micromoles",
    "hertz": "hz|hertz",
    "volt": "v|volt|volts",
}

NEEDS_A_NUMBER_CLOSE_BY = frozenset(
    "in m s h d y g l c f w v t k b mm pa bar point pt mi min pc real won rand stone second".split()
)
"""Surfaces that are also common words or letters: units only close to the digits, or where a feature takes the unit."""

PERIODS: Mapping[str, str] = {
    "year": "a year|per year|per annum|/ year|/ yr|/yr|annually|yearly|p . a .|p . a|pa|annualized|annualised|each year|"
    "every year|al año|par an|im jahr|an year|at an annual rate|annual rate|year on year|year over year|yoy|y / y",
    "quarter": "a quarter|per quarter|quarterly|each quarter|quarter on quarter|qoq|q / q",
    "month": "a month|per month|monthly|/ month|/ mo|each month|every month|month on month|mom|al mes|par mois",
    "week": "a week|per week|weekly|/ week|each week|every week",
    "day": "a day|per day|daily|/ day|each day|every day",
    "hour": "an hour|per hour|hourly|/ hour|/ hr",
    "head": "per person|per head|per capita|each|apiece|per unit|per item",
}
"""What a number is counted by; a year is what annual figures mean, everything else is another quantity."""

AGE_WORDS = ("old", "yo", "of age", "y . o .", "y / o", "y o")
"""What makes a time span a person's age: ``47 years old``, ``52yo``."""
