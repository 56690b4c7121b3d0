"""List the phrases that change what a number says: one row a phrase, grouped by effect.

``states not`` examples stand beside each group and are tests; see `tests/language/test_marks.py`.
"""

from collections.abc import Mapping
from enum import StrEnum, auto


class Mark(StrEnum):
    """Say what a phrase does to the numbers near it."""

    BOUND = auto()
    """``at least 5``: the number is a limit."""
    BOUND_AFTER = auto()
    """``5 or more``."""
    OR = auto()
    """``5 or 6``: the number is one of several."""
    RANGE = auto()
    """``between 2 and 3``."""
    TO = auto()
    """``from 2 to 3``: a range, or the level after a movement."""
    NOT = auto()
    """``not 5``."""
    RELATIVE = auto()
    """``twice``, ``half a point higher than now``."""
    PAST = auto()
    """``last year``, ``used to be``: another time."""
    NOW = auto()
    """``now``, ``today``: this time again."""
    CORRECTION = auto()
    """``sorry``, ``make that``: what follows replaces what was said."""
    WITHDRAWAL = auto()
    """``scrap``: what was said is taken back."""
    UNSURE = auto()
    """``no idea``: nothing is stated."""
    UP = auto()
    """A movement up."""
    DOWN = auto()
    """A movement down."""
    BUT = auto()
    """A turn in the sentence."""
    AND = auto()
    """A list goes on."""
    BOTH = auto()
    RESPECTIVELY = auto()
    COMPARE = auto()
    """Two scenarios follow."""
    WITHOUT = auto()
    """``no``: with a name it can mean zero."""
    TURNED = auto()
    """``turned 67``: an age."""
    IF = auto()
    """A hypothesis."""
    INJECTION = auto()
    """Words that instruct the system: the sentence states nothing."""


PHRASES: Mapping[Mark, str] = {
    Mark.BOUND: (
        "at least|at most|at or above|at or below|at or under|at or over|no more than|no less than|not more than|not less than|"
        "more than|less than|fewer than|greater than|higher than|lower than|bigger than|smaller than|under|over|above|below|"
        "beyond|exceeding|exceeds|exceed|up to|upwards of|upward of|north of|south of|minimum of|maximum of|min of|max of|"
        "minimum|maximum|nearly|almost|just under|just over|just above|just below|well over|well under|well above|well below|"
        "slightly over|slightly under|slightly above|slightly below|a little over|a little under|a bit over|a bit under|"
        "not quite|close to|nearing|approaching|some way above|somewhere above|somewhere below|somewhere under|"
        "somewhere over|as high as|as low as|as much as|as little as|anything above|anything below|anything over|"
        "anything under|older than|younger than|>|<|≥|≤|> =|< =|a minimum of|a maximum of|starting at|starting from|"
        "in the low|in the mid|in the high|in the|in his|in her|in their|in my|low|mid|high|upper|lower|early|late|"
        "double digits|single digits|six figures|five figures|seven figures|no higher than|no lower than|not over|not under|"
        "not above|not below|±|+ / -|+ -|give or take|capped at|limited to|at max|at the most|"
        "at the very least"
    ),
    Mark.BOUND_AFTER: (
        "and a bit|and something|and change|or something|point something|and then some|odd|something|or thereabouts|or more|or less|or higher|or lower|or above|or below|or over|or under|or better|or worse|or greater|or fewer|or older|"
        "or younger|or up|and up|and above|and over|and below|and under|and older|and younger|plus|at least|at most|"
        "at minimum|at maximum|minimum|maximum|max|min|tops|and counting|upwards|onwards|at the most|"
        "at the very least|give or take"
    ),
    Mark.OR: "or|versus|vs|vs .|either|or maybe|or perhaps|or possibly",
    Mark.RANGE: (
        "between|range|ranges|ranging|ranged|ranging from|anywhere from|anywhere between|somewhere between|"
        "somewhere from|somewhere in|spanning|varies|varying|varied"
    ),
    Mark.TO: "to|till|until|through|thru|up to",
    Mark.NOT: (
        "not|isn't|isnt|wasn't|wasnt|aren't|arent|weren't|never|no longer|rather than|instead of|ain't|not at|cannot be|"
        "can't be|won't be|wouldn't be|shouldn't be|doesn't|does not|didn't|don't|do not|did not|other than|except|excluding|"
        "anything but|no way|nowhere near|far from"
    ),
    Mark.RELATIVE: (
        "twice|double|doubled|doubling|triple|tripled|thrice|half of|half the|half as|half that|halved|quadruple|times|"
        "higher|lower|above that|below that|more than that|less than that|than|same as|the same as|same|as much as|as high as|"
        "as low as|equal to the|compared to|compared with|relative to|greater|fewer|better|worse|more|less|extra|additional|"
        "another|further|a third of|a quarter of|two thirds of|percent of|% of|of that|fraction of|multiple of|ahead of|"
        "short of|warmer|colder|cooler|hotter|older|younger|bigger|smaller|larger|longer|shorter|heavier|lighter|faster|slower|"
        "apart|difference|differs|minus that|plus that|as before|like before|as last time|unchanged|"
        "as usual|typical|as now|than now|per every"
    ),
    Mark.PAST: (
        "ran it with|ran this with|ran that with|ran it at|ran it using|ran the model with|last year|last month|last week|last quarter|last time|last night|last summer|last winter|last spring|last autumn|last fall|"
        "last decade|last|yesterday|previously|formerly|used to|used to be|back then|at the time|at that time|earlier|"
        "ago|in the past|a while back|prior|previous|originally|initially|once was|before that|before|had been|"
        "back in|in those days|by then|historically|historical|prior to|"
        "the other day|when i was|when we|as a child|next year|next month|next week|next quarter|next time|by next|"
        "tomorrow|in future|in the future|someday|aiming|hoping|ideally|would love|"
        "would like it to be|year ago|year-ago|a year earlier|year earlier|"
        "pre-pandemic|peaked|all-time|long-term|long term|long-run|usually|normally|typically|"
        "born|birthday|printed|published|founded|established"
    ),
    Mark.NOW: (
        "the other values|the other numbers|the other figures|the other ones|the other two|the other inputs|the other details|the other features|the other three|all the other|the others|now|today|currently|right now|at present|at the moment|as of now|as of today|nowadays|these days|this time|"
        "presently|by now|this week|this month|this quarter|this year|this morning|this afternoon|"
        "this evening|this season|this term"
    ),
    Mark.CORRECTION: (
        "sorry|excuse me|pardon me|one moment|hold on|one sec|just a moment|no wait|wait|nope|scratch that|make that|make it|i mean|i meant|meant|correction|correct that to|"
        "corrected|oops|whoops|my mistake|my bad|actually|rather|typo|apologies|pardon|or rather|strike that|"
        "hang on|misread|misspoke|i misspoke|mistyped|let me correct|change it to|changed to|change that to|"
        "should be|should read|should have been|should say|instead|to be precise|i was wrong|"
        "on second thought|on second thoughts|let's make it|now make it|switch to|switch it to|amend|"
        "in fact|revise|revised|replace|fix that|more precisely|ah no|er no"
    ),
    Mark.WITHDRAWAL: (
        "scratch the|scratch my|scratch our|kill the|scrap|scrap the|forget|forget the|ignore|ignore the|drop|drop the|delete|delete the|remove|remove the|disregard|"
        "disregard the|discard|never mind|nevermind|nvm|leave out|take out|take back|cancel|withdraw|erase|"
        "unset|strike the|throw out|don't use|do not use|not use|skip|undo|retract|omit"
    ),
    Mark.UNSURE: (
        "the other|isn't fixed|is not fixed|not fixed|isn't settled|isn't decided|not decided|not settled|no idea|not sure|unsure|don't know|do not know|dunno|don't remember|can't remember|cannot remember|"
        "don't recall|can't recall|no clue|unknown|n/a|n / a|tbd|to be determined|tbc|don't have|do not have|haven't got|"
        "haven't|have not|not available|unavailable|not given|not measured|not known|not at hand|couldn't find|could not find|"
        "can't find|not yet|will check|would have to check|have to look|look it up|get back to you|hard to say|"
        "difficult to say|who knows|whether|i wonder|wondering|no figure for|no number for|no value for|no data|"
        "no information|didn't measure|wasn't measured|not recorded|undisclosed|your call|you decide|"
        "you choose|you pick|whatever you|prefer not|rather not|won't say|can't say|cannot say|don't want to"
    ),
    Mark.UP: (
        "went from|gone from|go from|goes from|moved from|changed from|moves from|raised|raise|raises|raising|lifted|lift|pushed up|bumped up|bumped|put up|turned up|rose|rise|rises|rising|risen|up|increase|increases|increased|increasing|climb|climbs|climbed|climbing|gain|gains|"
        "gained|gaining|grew|grow|grows|growing|grown|growth|jump|jumps|jumped|jumping|surge|surges|surged|surging|expand|"
        "expands|expanded|expanding|expansion|soar|soars|soared|soaring|tick up|ticks up|ticked up|ticking up|shot up|shoots up|"
        "went up|goes up|going up|edge up|edges up|edged up|picked up|accelerate|accelerates|accelerated|accelerating|"
        "advance|advances|advanced|advancing|uptick|pick up|creeps up|crept up|inch up|inches up|inched up|moves up|moved up|"
        "lifted|climbs up|growing by|higher by|up by"
    ),
    Mark.DOWN: (
        "lowered|lowering|brought down|turned down|trimmed|trim|cut back|fell|fall|falls|falling|fallen|down|decrease|decreases|decreased|decreasing|drop of|drops|dropped|dropping|decline|"
        "declines|declined|declining|shrank|shrink|shrinks|shrinking|shrunk|shrunken|contract|contracts|contracted|contracting|"
        "contraction|slip|slips|slipped|slipping|lost|lose|loses|losing|loss|cut|cuts|cutting|slide|slides|slid|sliding|"
        "sink|sinks|sank|sinking|sunk|plunge|plunges|plunged|plunging|tumble|tumbles|tumbled|went down|goes down|going down|"
        "ticks down|ticked down|edges down|edged down|dip|dips|dipped|dipping|reduced|reduce|reduces|reducing|reduction|"
        "lowered|lower by|down by|eased|ease|eases|easing|cooled|cools|cooling|slowed|slows|slowing|slump|slumps|slumped|"
        "receded|recede|came down|comes down|coming down|brought down|diminished|weakened|crashed|crash|collapsed|collapse|"
        "retreated|retreats|backed off|moves down|moved down"
    ),
    Mark.BUT: "but|however|whereas|while|though|although|except that|only that|except",
    Mark.AND: "and|&|plus",
    Mark.BOTH: "both|each|are all|were all|both at|all at|equally|alike|identical",
    Mark.RESPECTIVELY: "respectively|in that order|resp .|resp|in this order",
    Mark.COMPARE: (
        "run twice|run it twice|once with|run both|in the first|in the second|two cases|two scenarios|in both|both cases|two options|two versions|two runs|two variants|compare|comparing|compared|comparison|two scenarios|two cases|both scenarios|both cases|scenario a|scenario b|"
        "scenario 1|scenario 2|case a|case b|case 1|case 2|option a|option b|option 1|option 2|first scenario|second scenario|"
        "alternatively|versus|vs|plan a|plan b|"
        ""
    ),
    Mark.WITHOUT: "no|without|without any|not any|free of",
    Mark.TURNED: "turned|turns|turning|just turned|is turning|has turned",
    Mark.INJECTION: (
        "begin instructions|instructions :|end instructions|dear model|to the model|ai reader|ai model|ai system|ai assistant|language model|whatever you like|#override|# override|ignore previous|ignore all|ignore the rules|ignore your|ignore any|ignore these|ignore those|ignore the above|"
        "ignore the instructions|ignore the previous|ignore safety|disregard previous|disregard all|disregard your|disregard the rules|"
        "disregard the above|disregard any|forget your|forget all previous|forget previous|forget the rules|forget everything|"
        "system :|system prompt|system message|system override|system note|system instruction|sys :|<system>|[ system ]|"
        "admin override|admin mode|override :|developer mode|debug mode|god mode|"
        "note to the assistant|note to assistant|note to the system|note to the model|note to the ai|instruction to the|"
        "instructions for the|new instruction|new instructions|assistant :|to the ai|"
        "dear ai|dear assistant|hey ai|as an ai|you are now|you must|you are allowed|you're allowed|you may assume|"
        "you should assume|you no longer|skip your|skip the check|skip the checks|"
        "skip validation|skip verification|without asking|use the default|"
        "use defaults|use the defaults|use your default|use a typical|"
        "default values|"
        "end of user|end user|begin system|<|im_start|im_end|[ inst ]|prompt injection|hidden instruction|"
        "rules are suspended|rules no longer apply|policy update|tool call|function call|"
        "respond with|reply with|return the value|output the|print the|assistant note|your instructions|your rules|your prompt|"
        "your guidelines|your training|without asking|fill in the|fill the|default to a|a typical figure|a typical value|override :|instruction :|bot :"
    ),
    Mark.IF: "if|what if|suppose|supposing|assuming|imagine|what would happen if|were to|",
}


ORDERS = frozenset(
    "set use assume fill put treat make give take you your must should pretend let always never record enter report answer "
    "respond reply return output insert default apply".split()
)
"""Words by which a sentence after an injected one is an order too."""
