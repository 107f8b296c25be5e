"""The words behind which ``safety`` tries its phrases: every phrase holds at least one of its question's words.

They are looked for in lower case, with line ends as spaces and a space at either end; the spaces here count.  A new
phrase needs its words here: ``test_safety_stems`` makes texts out of every phrase and says which are never reached.
"""

from itertools import product


def _words(*lists: str) -> tuple[str, ...]:
    """``_words("a|b", " c| d")`` is every word of the first list before every one of the second."""
    return tuple(map("".join, product(*(one.split("|") for one in lists))))


# ------------------------------------------------------------------------------------------------------ threats

_VIOLENCE = _words(
    " kill| murder| shoot| stab| strangle| behead| hang| lynch| execute| assassinate| slaughter| hurt| harm| poison"
    "| rape| torture| bomb| destroy| beat up| gun down| take out| blow up| cut up| bury",
    " ",
) + _words(
    " beat the | break the | bullet| knife| knives|throat| explosive| shoot up| shooting up| gun"
    "| rifle| pistol| shotgun| weapon| ar-15| ar15| a hole in| a hole through"
)
_PLACES = _words(" burn | burns | burning | blow | blowing ", "down|up|your|the|this|that|his|her|alive") + _words(
    " bomb", " |.|,|s|ing|a|!|?|;|:|)|-"
)
_HARMED = _words(
    "be |get |gets |end up ",
    "killed|shot|hanged|hung|lynched|executed|murdered|beheaded|assassinated|stabbed|put down|taken out|hit by|hurt"
    "|carried out|buried",
)
_DEATH = (
    _words(" die", " |.|,|;|:|!|?|)|\"|'|-|…")
    + _words(" dies| deserve death| deserves death| dead man| dead woman| dead meat|bleed out|bleeds out|are numbered")
    + _words("'re |you are | all | so |we | will |'ll |you ", "dead")
    + _words("kills |shoots ", "you|him|her")
    + _words("your |his |her ", "neck|skull|head|brains")
)
_UNSPOKEN = (
    _words("i know |we know ", "wh")
    + _words(" come | coming ", "for|after")
    + _words("your back|ur back|t miss| end you| end his life| end her life|goodbye to your")
    + _words("with your ", "life|lives|blood")
    + _words("not to come|don't come|better not come|stay away")
    + _words("make sure ", "it|that bus|he|she|you|they|adair")
)
_AMENAZAS = (
    _words(
        " a ",
        "matar|asesin|dispar|morir|quemar|apuñal|ahorc|degoll|reventar|meter un|pegar un|hacer daño|cortar|volar"
        "|incendiar|explotar",
    )
    + _words(" mataré| mataremos| asesinaré| dispararé| morir|ser asesin|ser fusil|ser ahorc|ojalá")
    + _words("nde ", "viv|trabaj|duerm|estudian")
    + _words("espalda| una bala|encontrar y")
)
THREAT_STEMS = _VIOLENCE + _PLACES + _HARMED + _DEATH + _UNSPOKEN + _AMENAZAS

# ------------------------------------------------------------------------------------------------------- crisis

_MYSELF = (
    _words("kill|hurt|harm|cut|hang|shoot|drown|poison", " |ing |ting ", "myself")
    + _words("end |ending |take |taking |took ", "my life|my own life")
    + _words(" end it| ending it|suicid|overdos| pills|better off|never been born|rather die|was dead|were dead")
    + _words("to die|to live|to be alive|to wake up|be here any|to go on|t go on|not go on|not being here|live for")
    + _words("miss |notice |care ", "me|if i")
    + _words("take it |take this |do this ", "any")
    + _words("live like this|up on life|up on living|this is goodbye|this is my goodbye|this is last|this is my last")
    + _words("not |not to |never ", "be here|exist|wake|be alive|come home")
    + _words("t wake|t come home|dark thoughts|scary thoughts|bad thoughts|t see a way|t see any way")
    + _words("t have a way|t have any way")
)
_TO_ME = _words(
    "hit|hits|hitting|beat|beats|beating|hurt|hurts|hurting|abuse|abuses|abused|abusing|threaten|threatens|threatened"
    "|threatening|rape|rapes|raped|raping|rapeds|molest|molests|molested|molesting|choke|chokes|choked|choking|choks"
    "|strangle|strangles|strangled|strangling|punch|punches|punched|punching|stalk|stalks|stalked|stalking|burn|burns"
    "|burned|burnt|lock|locks|kill|shoot|stab|murder",
    " me| us| my ",
)
_IN_DANGER = (
    _words(
        "m |been |was |being ",
        "abused|beaten|trafficked|stalked|raped|molested|kidnapped|sexually assaulted|held captive|held hostage"
        "|held against|hit at home",
    )
    + _words("fear|afraid|scared|terrified|frightened", " for my| for our")
    + _words("call |send ", "the police|police|911|the 911|an ambulance|the an ambulance")
    + _words(" danger|not safe|against my will|eaten in|eaten for|has a gun")
)
_CRISIS_ES = (
    _words("morir|suicid|matarme|me voy a|me quiero|la vida|desaparecer|de vivir|mi vida|cortarme|hacerme daño")
    + _words("quiero ", "vivir|viviendo|seguir viv")
    + _words("no puedo m|para vivir|pena vivir|mejor sin m|mi seguridad|peligro|la polic")
    + _words(
        "me |nos ", "pega|pegó|pego|golpe|maltrat|abusa|amenaz|viola|violó|violo|va a mat|quiere mat|encierra|acosa"
    )
    + _words("me va |me van |me quiere |me quieren ", "matar| matar|a matar|amatar")
    + _words("golpe|amenaz|maltrat|acos|viol", "ando")
)
CRISIS_STEMS = _MYSELF + _TO_ME + _IN_DANGER + _CRISIS_ES

# --------------------------------------------------------------------------------------------- children, unsubscribe

_NUMBERS = (
    "4|5|6|7|8|9|10|11|12|13|14|15|16|17|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen"
)
CHILD_STEMS = (
    _words(" ", _NUMBERS, "y| y| and a half")
    + _words("i am |i'm |im ", "|only |just ", _NUMBERS, ".|!|,| and ")
    + _words("kindergarten|pre-k|prek| grade|-grade|cub scout|girl scout|boy scout| grado|mi maestr|mi clase de")
    + _words("middle|elementary|grade|primary|high", " school")
    + _words("my teacher ", "said|says|told|asked|is making")
    + _words("my mom |my dad |my mommy |my daddy |my grandma ", "is helping|helped|is typing|typed|said i c")
    + _words("m a kid| años|de primaria|de secundaria|soy un niñ|soy una niñ")
)

UNSUBSCRIBE_STEMS = (
    _words("nsubscribe|n-subscribe|opt out|opt me out|opting out|opting me out|subscription|suscripci| remove me")
    + _words("stop |quit |cease ", "e|mailing|sending|texting|contacting|spamming|all e|all contact|these ")
    + _words("remove |delete |drop |take ", "me |my |this ")
    + _words("not |n't |longer ", "want |wish ", "to receive|to get|any more|your")
    + _words("no more e| email me|e-mail me| mail me|contact me|text me")
    + _words(" baja|no quiero |no deseo | deje|listas|lista|no me env|no me mand|no me escrib")
)
