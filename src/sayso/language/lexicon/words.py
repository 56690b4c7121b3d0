"""List general English words that change no number: what may stand between a name and its value, or around both.

A word that stands in no table here and in no contract is *unknown*: it names some other quantity, and a value beside it
is left alone. So a word is here only if it never names a quantity.
"""

HEDGES = frozenset(
    "about around roughly approximately approx approximatively circa ca ~ ≈ maybe perhaps probably say exactly precisely "
    "just only quite like mainly basically".split()
)
"""Words that leave a value as it is: ``about 3 %`` states 3."""

COPULAS = frozenset(
    "is are was were be been being am 's 're 'm isnt it's its that's i'm im ist es est sind era son".split()
)
"""Verbs that say what a quantity is; the number comes after them."""

_LEVEL_VERBS = (
    "stand stands standing stood sit sits sitting sat hover hovers hovering run runs running ran come comes coming came "
    "clock clocks clocked read reads reading show shows showing showed shown measure measures measured measuring equal "
    "equals equaled equalled equaling amount amounts amounted total totals totaled totalled totaling reach reaches reached "
    "reaching hit hits hitting remain remains remained remaining stay stays stayed staying average averages averaged lie lies "
    "lying hold holds holding held keep keeps keeping kept seem seems look looks looking get gets getting got go goes going "
    "went set sets setting put puts putting say says said saying assume assumes assumed assuming suppose supposing use "
    "uses using take takes taking took taken try trying tried give gives giving gave given expect expects expecting "
    "imagine imagining plug enter entering entered input consider considering have has had having make makes making made "
    "want wants wanting wanted need needs needing needed would will 'll 'd 'll 'd shall should can could may might must do "
    "does did done doing let let's lets tell telling told know knows think thinks thinking thought guess guessing believe "
    "reckon figure see seeing seen find found finding check checked checking "
    "calculate calculating compute computing model modelling modeling ask asking asked work works "
    "working worked start starts starting begin ends end ending pick picked choose chose report reports reported record "
    "recorded recording test tested testing came back turned turns measures register registers registered settle settles "
    "settled level levels leveled print prints printed post posts posted score scored track tracks tracking trend "
    "trending averaging landing lands landed weigh weighs weighing contains contain containing includes include including "
    "yield yields yielded yielding pay pays paid paying trade trades traded trading hovered feed feeding fill filled filling noted note notes add adds adding apply applying applied applies offer "
    "offers offered quote quoted quotes confirm confirmed please help run rerun update updated updating"
)
_FUNCTION = (
    "a an the this that these those my our your his her their its it he she they we i you me him them us there here who "
    "whom whose which what where when why how of at in on for with to from as into onto via per within upon through "
    "so then also too and plus both all some any each every well now today tonight currently presently still "
    "already again once there's here's what's i'd i've i'll you're we're we've they're he's she's let's 's 're 've 'd 'll "
    "ok okay hi hello hey dear thanks thank thx cheers please pls plz yes yeah yep yup sure right great good fine cool "
    "nice alright oh um uh hmm er well anyway actually really basically simply literally honestly currently right "
    "however though although because if whether while whereas where whenever meanwhile respectively "
    "be been by out off just only even very pretty fairly quite "
    "whatever anything everything something nothing someone somebody anyone everybody else "
    "such let us go ahead thats whats ours mine hers theirs yours since until applying"
)
_NOUNS = (
    "rate rates level levels value values figure figures number numbers reading readings amount amounts percentage result "
    "results input inputs feature features data info information details detail parameter parameters variable variables "
    "field fields question questions answer prediction predictions model models "
    "scenario scenarios case cases situation setting settings assumption assumptions quarter week morning afternoon "
    "evening night time moment today's current latest newest recent most-recent new actual present overall "
    "meagre meager mere modest healthy solid strong weak whopping paltry robust sluggish mild moderate brisk anaemic anemic "
    "tepid staggering massive tiny huge respectable decent disappointing "
    "approximate exact official given following stated measured reported "
    "assumed known unknown updated one ones thing things stuff bit way lot kind sort "
    "patient person people guy client customer applicant borrower user sample specimen mix batch profile record file list "
    "table summary row entry item report sheet form chart card notes lab labs vitals numbers person's patient's "
    "home house apartment flat place property model's tall high long wide old deep"
)
_FOREIGN = (
    # function words of Spanish, French, German, Italian: what people slip into around English names
    "de del la el los las un una unos y e en con por para que mi su tu es está esta son soy tengo tiene al a lo se me te "
    "le les des du d' l' à au aux et avec pour sur dans est sont j'ai mon ma mes ton son sa ses nous vous je il elle on "
    "ce cette une der die das den dem ein eine einen einer mit und für bei von zu ist sind ich mein meine auf im am um "
    "il i gli di da con per è sono ho mio mia nel nella e ed voudrais quiero hola bonjour merci gracias"
)

GLUE = (
    frozenset(word for table in (_LEVEL_VERBS, _FUNCTION, _NOUNS, _FOREIGN) for word in table.split())
    | HEDGES
    | COPULAS
)
"""Every word that is understood without changing a number."""

REVERSE_GLUE = frozenset("of for in as on the a an my our your his her their its de is 's this".split())
"""What may stand between a value and the name after it: ``5 % for inflation``, ``540 kg of cement``."""

BARE_GLUE = frozenset(
    "applying sur a à de pour for over at on of with in an the and i i'm im we want need to borrow would like please it it's its that that's is "
    "'s be say about around roughly approximately maybe so ok okay hi hello my me us thanks 'd i'd take get using use "
    "assume then also let's run try by asking looking make just exactly er um well think guess probably".split()
)
"""The only words that may stand beside a value that is known by its unit alone."""

COUNTED = frozenset(
    "people persons workers men women children adults households families users customers patients units items times "
    "copies pieces jobs claims cases deaths".split()
)
"""What a number counts where it stands close before one of these."""

ASIDE_BEFORE_LABEL = frozenset("non un pre post anti sub".split())
"""Prefixes that make another quantity of a name."""

AUXILIARIES = frozenset(
    "is are was were does did do has have had could should would will can isn't aren't wasn't doesn't shouldn't".split()
)
"""Words that open a question about what follows."""

PRONOUNS = frozenset("mine ours it it's its that that's this which they they're these those".split())
"""Words that take up the quantity that was just named."""

POSSESSIVES = frozenset("my your his her their our its whose 's".split())

SUBJECTS = frozenset("i we they you he she who".split())
