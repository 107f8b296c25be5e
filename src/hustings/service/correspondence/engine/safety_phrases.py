"""The phrases behind ``safety``, in lower case with straight apostrophes, English and Spanish.

Every pattern has bounded repetition only, so that its cost is linear in the text.  Each needs its words in
``safety_stems``: patterns are tried only around those.
"""

import re


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


# ------------------------------------------------------------------------------------------------------ threats

_WILL = (
    r"(?:will|'ll|am going to|'m going to|'m gonna|am gonna|are going to|'re going to|'re gonna|gonna|going to"
    r"|want to|wanna"
    r"|plan to|am planning to|intend to|would love to|'d love to|swear to god (?:i|we)(?:'ll| will)|promise to"
    r"|am about to|'m about to|are about to)"
)
_HARM = (
    r"(?:kill|murder|shoot|stab|strangle|behead|hang|lynch|execute|assassinate|slaughter|hurt|harm|beat up"
    r"|beat the (?:hell|crap|shit) out of"
    r"|poison|rape|torture|gun down|take out|blow up|bomb|destroy|break the (?:neck|legs) of|put a bullet in|cut up"
    r"|bury)"
)
_WHOM = (
    r"(?:you(?: all|r (?:whole |entire )?(?:famil(?:y|ies)|kids|child(?:ren)?|wife|husband|son|daughter|mother|staff"
    r"|boss|people|volunteers|candidate))?|him|her|them|y'all|yall|ya|u"
    r"|(?:the|that|this|your) (?:candidate|senator|governor|president|congress(?:man|woman)|politician|mayor|nominee"
    r"|traitor|bitch|bastard|son of a bitch|woman|man|volunteers?|staff(?:ers?)?|canvassers?|interns?|poll workers?"
    r"|judge)"
    r"|every(?:one| one of you|body| last one of you)|all of you|each of you|somebody|someone|people at|adair"
    r"|(?:senator|governor|president|mr|mrs|ms)\.? \w{3,20})"
)
_PLACE = (
    r"(?:your|the|this|that|his|her) (?:\w+ )?(?:office|headquarters|hq|building|rally|event|house|home|campaign"
    r"|polling (?:place|station)|town hall|convention|venue|school|church|field office)"
)
_EMAIL = (
    r"(?! (?:an?|another|over|off|the|my|some|that|a quick|a short)?\s?(?:quick |short )?(?:e-?mails?|texts?|notes?"
    r"|messages?|lines?|questions?|links?|copy|call|ideas?|details|info|picture|video|straight))"
)

_ENGLISH_THREATS = _all(
    rf"\b(?:i|we|somebody|someone|my (?:friends|brothers|boys) and i)(?: \w+)?(?: just| really| personally| seriously"
    rf"| swear i)?(?:\s+{_WILL}|'ll|'m gonna)\s+(?:\w+ly |just |come (?:over )?(?:there )?and |find you and "
    rf"|personally |have to )?{_HARM} {_WHOM}\b{_EMAIL}",
    rf"\b(?:gonna|going to) {_HARM} {_WHOM}\b{_EMAIL}",
    rf"\b(?:i|we|someone|somebody) (?:should|ought to|needs? to|must|might|could|has to|have to) (?:just )?(?:kill"
    rf"|murder|shoot|stab|hang|lynch|execute|assassinate|behead|put a bullet in) {_WHOM}\b{_EMAIL}",
    rf"\b{_WHOM} (?:should|ought to|deserves? to|needs? to|must|will|is going to|are going to|'re going to"
    rf"|'s going to)(?: all)? (?:be |get )(?:killed|shot|hanged|hung|lynched|executed|murdered|beheaded|assassinated"
    rf"|stabbed|put down|taken out and shot)\b(?! (?:down|up|out) (?:in|by))",
    rf"\b(?:you|he|she|they|{_WHOM}) deserves? (?:to die|death|a bullet)\b",
    r"\byou(?:'re| are|'ll| will|'re all| are all)? (?:(?:all )?(?:going to|gonna|should|must|deserve to) die\b"
    r"|die soon\b|will (?:all )?die\b|(?:a )?dead (?:man|woman|meat)\b)(?! (?:laughing|on that hill|waiting"
    r"|of old age|trying|without|from|in (?:prison|poverty)|alone|if))",
    r"\byou(?:'re| are) (?:so |all )?dead(?=\W*(?:\Z|[.!\n]))(?! (?:wrong|right|to me|set|last|tired))",
    r"\b(?:i|we) hope (?:that )?(?:you|he|she|they|someone|somebody|your \w+) (?:all )?(?:dies?|gets? (?:shot|killed"
    r"|hit by)|kills? (?:you|him|her)|shoots? (?:you|him|her)|rots? in hell and dies?|bleeds? out|burns? alive)\b",
    r"\b(?:put|putting) a (?:bullet|knife|hole) (?:in|into|through) (?:you|your|his|her|their|the)\b|\bbullet (?:with"
    r"|has) (?:your|his|her) name\b|\ba bullet (?:for|to) (?:you|your|him|his head|her head)\b",
    r"\b(?:slit|cut) (?:your|his|her|their) throats?\b|\b(?:break|snap|wring) (?:your|his|her) neck\b|\b(?:bash|crack"
    r"|smash) (?:your|his|her) (?:skull|head|brains)\b",
    r"\b(?:there(?:'s| is| will be)|i(?:'ve| have)? (?:planted|placed|put|left|hid|hidden|built|made)) (?:a |an "
    r"|the )?(?:pipe )?(?:bombs?|explosives?)\b(?! (?:cyclone|at the box))(?=[^.!?\n]{0,60}\b(?:in|at|under|inside"
    r"|near|outside|your|office|building|rally|car|place)\b)",
    rf"\b(?:blow|blowing) (?:up )?{_PLACE}(?: up)?\b|\bburn(?:ing)? (?:down )?{_PLACE}(?: down| to the ground)?\b"
    rf"|\bshoot(?:ing)? up {_PLACE}\b|\bbomb(?:ing)? {_PLACE}\b",
    rf"\b(?:i|we)(?:'m|'re| am| are|'ll| will)? (?:going to |gonna )?(?:bring|bringing|come with|coming with"
    rf"|show up with|showing up with|take|taking) (?:my|a|our|some) (?:\w+ )?(?:guns?|rifles?|ar-?15s?|pistols?"
    rf"|shotguns?|knife|knives|weapons?|bombs?)\b(?=[^.!?\n]{{0,50}}\b(?:to|at|for) (?:you|{_PLACE}))",
    r"\b(?:i|we) know where (?:you|he|she|they|your (?:kids|children|family|wife|husband|daughter"
    r"|son)) (?:all )?(?:live|lives|sleep|sleeps|work|works|go|goes to school)\b(?! and (?:vote|need))",
    r"\b(?:you(?:'d| had)? better|you should|better|you need to|you might want to) watch (?:your|ur) back\b"
    r"|\bwatch your back,? (?:because|cause|or)\b",
    r"\b(?:i(?:'m| am)|we(?:'re| are)) (?:coming|gonna come|going to come) (?:for|after) (?:you|your (?:family|kids"
    r"|children))\b(?! (?:vote|help|support|advice|\w+ (?:with|on) ))",
    r"\byou(?:'ll| will| are going to) pay (?:for this )?with your (?:life|lives|blood)\b|\b(?:your|his|her) (?:days"
    r"|hours) are numbered\b(?! (?:in office|as))|\bi(?:'ll| will) end (?:you|your life|his life|her life)\b"
    r"|\bsay goodbye to your (?:family|kids|life|children)\b|\bnext time (?:i|we) won't miss\b",
    # Said without a weapon or a verb of killing: the next one to come, what will not leave, who locks up at night.
    r"\bnext (?:one|person|guy|man|woman|volunteer|canvasser|kid|of you)(?: \w+){0,8}? (?:is|are|will|gonna)"
    r"(?: going to| gonna)? ?(?:get|be|end up) (?:hurt|shot|killed|carried out|buried)\b",
    r"\b(?:you|he|she|your (?:people|boss|candidate|volunteers))(?:'re| are|'s| is|'ll| will)?(?: going to| gonna)?"
    r" (?:get|be) hurt,?(?: and)? (?:i mean it|that's a promise|mark my words"
    r"|if (?:you|he|she) (?:come|show|set foot))",
    r"\b(?:i|we)(?:'ll| will|'m going to|'m gonna| am going to) make sure (?:it|that bus|he|she|you|they|adair)"
    r" (?:does not|doesn't|do not|don't|never|won't) (?:\w+ )?(?:leaves?|walks? (?:out|away)|makes? it"
    r"|comes? (?:out|back)|gets? (?:home|out)|sees? (?:another|the))\b",
    r"\b(?:not to come|don't come|better not come|stay away)\b[^\n]{0,160}\b(?:i|we) know"
    r" (?:(?:which|what) (?:door|entrance|time|car|hotel|room|route|stairs)"
    r"|(?:where|when) (?:you|he|she|they))\b",
    r"\b(?:i|we) know (?:who (?:closes|locks|opens) up|(?:which|what) (?:door|car|entrance) (?:you|he|she|they)\b"
    r"|(?:when|what time) (?:you|he|she|they) (?:leaves?|closes?|get off|walk|drive|comes? home))",
)

_ES_WHOM = (
    r"(?:a (?:ti|usted(?:es)?|él|ella|ellos|todos(?: ustedes)?|su familia|tu familia|sus hijos|tus hijos|(?:el"
    r"|la) (?:candidat[oa]|senador[a]?|gobernador[a]?|president[ea])|los voluntarios|ese \w+|esa \w+)|al (?:candidato"
    r"|senador|gobernador|presidente)|\w+ familia)"
)
_SPANISH_THREATS = _all(
    r"\b(?:te|los|las|lo|la|le|les|os) (?:voy|vamos|van|va) a (?:matar|disparar|asesinar|apuñalar|ahorcar|quemar"
    r"|degollar|reventar|meter un (?:tiro|balazo)|pegar un (?:tiro|balazo)|hacer daño|cortar (?:el cuello"
    r"|la cabeza))\b",
    r"\b(?:voy|vamos) a (?:matar(?:te|los|las|lo|la|le|les)|asesinar(?:te|los|lo|la)|disparar(?:te|les|le)"
    r"|apuñalar(?:te|lo|la)|degollar(?:te|lo|la))\b",
    rf"\b(?:voy|vamos) a (?:matar|asesinar|disparar(?:le)?|apuñalar|ahorcar|degollar) {_ES_WHOM}",
    r"\b(?:te|los|lo|la|le) (?:mataré|mataremos|asesinaré|dispararé)\b|\bmataré a\b",
    r"\b(?:vas|van|va) a morir\b(?= (?:tú|todos|pronto|por)|\W*(?:\Z|[.!\n]))|\b(?:mereces?|merecen|debes"
    r"|debería[ns]?) (?:morir|ser (?:asesinad[oa]s?|fusilad[oa]s?|ahorcad[oa]s?))\b|\bojalá (?:te|lo|la|los) (?:maten"
    r"|mueras?|mueran|disparen)\b|\bojalá te mueras\b",
    r"\b(?:sé|sabemos) d[óo]nde (?:vives?|viven|trabajas?|duermes?|estudian tus hijos)\b|\bcu[íi]date la espalda\b"
    r"|\b(?:hay|puse|pondré|voy a poner|dejé) una bomba (?:en|bajo|debajo)\b|\b(?:voy|vamos) a (?:quemar|volar"
    r"|incendiar|explotar) (?:tu|su|la|el) (?:casa|oficina|edificio|sede|local|mitin)\b|\buna bala (?:para|con tu)\b"
    r"|\bte voy a encontrar y\b",
)
THREATS = {"en": _ENGLISH_THREATS, "es": _SPANISH_THREATS}

NEGATED = re.compile(
    r"\b(?:never|not|n't|no one|nobody|wouldn't|without|nunca|jamás|no|nadie) (?:\w+ ){0,3}\Z|\b(?:never|not|nunca"
    r"|jamás) (?:ever |want to |going to |gonna )?(?:kill|hurt|harm|shoot|threaten|matar|voy)"
    r"|n't (?:\w+ ){0,2}(?:kill|hurt|harm|shoot)"
)
REPORTED = re.compile(
    r"(?!i |we )\b\w{2,20} (?:just |once |has |had |was |were |is |are )?(?:said|says|saying|wrote|writes|yell\w*"
    r"|shout\w*|threaten\w*|tweet\w*|told me|told my|told us|texted|screamed|screaming|claims?|claimed|sang|sings"
    r"|chanted|chanting|posted)\b"
    r"|\b(?:according to|in the news|news (?:story|report)|article|headline|movie|film|tv show|song|lyrics?|novel"
    r"|video ?games?|episode|character|quotes?|slogan|sign that|heard (?:that|him|her|them|someone|somebody)"
    r"|i (?:read|saw) (?:that|about|how)|dijo|dicen|gritó|amenazó|escribió|noticia|película|canción)\b"
)
FIGURATIVE_AFTER = re.compile(
    r"\W{0,3}(?:\w+\W{1,3}){0,4}?(?:debates?|polls|primary|primaries|elections?|ratings|ballot|game|match|playoffs?"
    r"|season|finals?|fundrais\w+|kindness|love|laugh\w*|hugs|votes|voting booth|court|next round|quarter|"
    r"scoreboard|touchdown|numbers|november|comparison|budget|careers?|chances|reputation|credibility|politically"
    r"|financially|economically)\b"
)
FIGURATIVE_BEFORE = re.compile(
    r"\b(?:this (?:bill|law|heat|traffic|tax)|these (?:taxes|prices|bills)|lovingly|metaphorically|figuratively"
    r"|as a joke|in the (?:game|movie))\W+(?:\w+\W+){0,3}\Z"
)

# ------------------------------------------------------------------------------------------------------- crisis

_HE = (
    r"(?:he|she|they|someone|my (?:\w+ )?(?:husband|wife|boyfriend|girlfriend|partner|father|dad|mother|mom|stepdad"
    r"|step-?father|ex|ex-husband|ex-boyfriend|uncle|boss|landlord|roommate|brother|son|caretaker)|this man|a man)"
)
_MINE = r"(?:me|us|my (?:kids|children|son|daughter|mother|mom|sister|brother|baby|grandmother))"
_ENGLISH_CRISIS = _all(
    r"\b(?:kill(?:ing)?|hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?|hang(?:ing)?|shoot(?:ing)?|drown(?:ing)?"
    r"|poison(?:ing)?) myself\b|\b(?:end(?:ing)?|tak(?:e|ing)|took) my (?:own )?life\b|\bend(?:ing)? it all\b"
    r"|\bi(?:'m| am| want to|'ll| will)(?: just)? end(?:ing)? it\b",
    r"\b(?:i(?:'m| am| feel|'ve been| have been| was)|i) (?:\w+ ){0,3}suicidal\b|\b(?:i(?:'m| am|'ve been| have been"
    r"| keep| was)?|my) (?:\w+ ){0,4}(?:suicide|suicidal thoughts)\b(?! (?:prevention|rates?|hotline|is|bill"
    r"|awareness))|\bcommit suicide\b(?=[^.!?\n]{0,60}\b(?:i|me|myself|if)\b)|\bsuicidal\b(?=[^.!?\n]{0,40}\b(?:i|me"
    r"|help)\b)",
    r"\b(?:want(?:ed|s)?|ready|rather|wish (?:i )?(?:was|were)|going|decided|plan(?:ning)?|like|have|about"
    r"|would prefer) to die\b|\bi(?:'d| would) rather die\b|\bi(?:'m| am) going to die\b|\bwish i (?:was|were) dead\b"
    r"|\bbetter off (?:dead|without me)\b|\bi(?:'d| would| wish i)? ?(?:had never|never) been born\b|\b(?:no one"
    r"|nobody) (?:would|will|\'d) (?:even )?(?:miss|notice|care)\b(?= (?:me|if i)\b)",
    r"\b(?:do not|don't|no longer|dont) want to (?:live|be alive|wake up|be here anymore|go on)\b|\b(?:no reason"
    r"|nothing left|nothing) to live for\b|\bno reason to live\b|\bi (?:can't|cannot|can not|cant) (?:go on"
    r"|take (?:it|this) any ?more|do this any ?more|live like this)\b|\b(?:give|giving|given) up on (?:life|living)\b"
    r"|\bthis is (?:my )?(?:goodbye|last (?:letter|message|e-?mail))\b|\b(?:took|take|taking) (?:a bottle of|too many"
    r"|all my) pills\b|\bi(?:'m| am| might)? (?:going to |gonna |will )?overdos(?:e|ing)\b",
    r"\b(?:want(?:ing|ed)?|wish(?:ing|ed)?|rather) (?:to )?(?:just )?not (?:to )?(?:be here|exist|wake up|be alive)\b"
    r"|\bnot (?:be|being) here any ?more\b|\bbe better off (?:if i|without me|when i'm gone)\b"
    r"|\bif i (?:didn't|did not|didnt|never|don't|dont|just didn't) (?:wake up|come home|wake)\b"
    r"|\b(?:dark|scary|bad) thoughts\b(?=[^\n]{0,200}\b(?:i|me|myself|here)\b)"
    r"|\bdon't (?:see|have) (?:a|any) way out\b",
    rf"\b{_HE} (?:has |keeps |is |was |just |always |often |sometimes |started )?(?:hits?|hitting|hit|beats?|beating"
    rf"|beat|hurts?|hurting|abus(?:es?|ed|ing)|threaten(?:s|ed|ing)?|raped?s?|raping|molest(?:s|ed|ing)?|chok(?:es?"
    rf"|ed|ing)|strangl(?:es?|ed|ing)|punch(?:es|ed|ing)?|stalk(?:s|ed|ing)?|burn(?:s|ed|t)?|locks?) {_MINE}\b",
    rf"\b{_HE} (?:says (?:he|she|they)(?:'ll| will|'s going to| is going to) |said (?:he|she|they)(?:'d|'ll| will"
    rf"| would| was going to) |threatened to |is going to |will |'s going to |wants to |tried to |is trying to "
    rf"|might )(?:kill|shoot|hurt|stab|murder) {_MINE}\b",
    r"\bi(?:'m| am|'ve been| have been| was| am being|'m being) (?:being )?(?:abused|beaten|trafficked|stalked|raped"
    r"|molested|kidnapped|sexually assaulted|held (?:captive|hostage|against my will)|hit at home)\b|\b(?:fear|afraid"
    r"|scared|terrified|frightened) for (?:my|our) (?:life|lives|safety)\b|\b(?:i(?:'m| am)|we(?:'re| are)|my (?:kids"
    r"|children|family|mother|sister) (?:is|are)) in (?:immediate |real |grave |terrible |serious )?danger\b"
    r"|\bnot safe (?:at home|here|in my (?:own )?home)\b|\b(?:call|send) (?:the )?(?:police|911"
    r"|an ambulance)\b(?=[^.!?\n]{0,40}\b(?:me|us|now|please|here|my)\b)|\bplease (?:call|send) (?:the )?(?:police"
    r"|911|an ambulance)\b|\bagainst my will\b|\b(?:have not|haven't|hasn't|not) eaten (?:in|for) (?:\w+ )?days\b"
    r"|\bhas a gun (?:to|and) (?:my|me|he|she|is)\b",
)
_SPANISH_CRISIS = _all(
    r"\b(?:me quiero|quiero|quisiera|prefiero|deseo) (?:morir(?:me)?|matarme|desaparecer|quitarme la vida"
    r"|dejar de vivir)\b|\b(?:voy a|pienso|pensado en|pensando en|ganas de) (?:matarme|suicidarme|quitarme la vida"
    r"|morir(?:me)?|cortarme|hacerme daño)\b|\b(?:me voy a|me quiero) (?:matar|suicidar|morir|ahorcar|cortar)\b"
    r"|\bsuicidarme\b|\bquitarme la vida\b|\bacabar con mi vida\b|\bterminar con mi vida\b|\bhacerme daño\b"
    r"|\bmatarme\b",
    r"\bno quiero (?:seguir )?(?:vivir|viviendo)\b|\bya no quiero vivir\b|\b(?:ya )?no puedo m[áa]s\b|\bno (?:tengo"
    r"|hay) (?:ninguna )?raz[óo]n para vivir\b|\bno vale la pena vivir\b|\bestar[íi]an mejor sin m[íi]\b",
    r"\b(?:mi (?:ex ?)?(?:esposo|esposa|marido|novio|novia|pareja|padre|pap[áa]|madre|mam[áa]|padrastro|t[íi]o|jefe"
    r"|hijo)|[ée]l|ella|mi ex) (?:me|nos) (?:pega|golpea|maltrata|abusa|amenaza|amenaz[óo]|viola|viol[óo]|golpe[óo]"
    r"|peg[óo]|va a matar|quiere matar|encierra|acosa)\b|\bme (?:va|van|quiere|quieren) a? ?matar\b|\b(?:temo"
    r"|tengo miedo|miedo) por mi (?:vida|seguridad)\b|\b(?:estoy|estamos|mis hijos est[áa]n) en (?:grave )?peligro\b"
    r"|\bllamen? a la polic[íi]a\b|\bme (?:est[áa]n?|est[áa]) (?:golpeando|amenazando|maltratando|acosando"
    r"|violando)\b",
)
CRISIS = {"en": _ENGLISH_CRISIS, "es": _SPANISH_CRISIS}
CRISIS_FIGURATIVE = re.compile(
    r"to die (?:laughing|for\b)|myself laughing|never (?:kill|hurt|harm) myself|\bkill(?:ing|ed)? myself (?:trying"
    r"|working|over)|die on (?:that|this) hill|suicide (?:prevention|rates?|bill|awareness|squad|hotline fund)"
    r"|(?:beats?|hits?) me (?:why|how|to it|that|with|as)|beats me[.,!?]|(?:hits?|hit|hurts?|beat) (?:me|us"
    r"|my \w+) (?:hard|financially|economically|in the (?:wallet|pocket)|at the (?:pump|polls)|that|with|how)"
    r"|(?:prices?|taxes|inflation|policy|economy|recession|layoffs?|tariffs?) (?:\w+ ){0,3}(?:hits?|hurts?|hurting"
    r"|hitting)|(?:sign|signed|petition|vote|fired|taxed|drafted|moved|enrolled) (?:\w+ ){0,3}against my will"
    r"|dying to"
)

# --------------------------------------------------------------------------------------------- children, unsubscribe

_YOUNG = (
    r"(?:[4-9]|1[0-7]|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
)
_GRADE = (
    r"(?:[1-9]|1[0-2]|1st|2nd|3rd|[4-9]th|1[0-2]th|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    r"|eleventh|twelfth)"
)
CHILD = _all(
    rf"\b(?:i am|i'm|im|i just turned|i turned|my age is|and am) (?:only |just |almost "
    rf"|now )?{_YOUNG}(?: and a half)? ?(?:years? old|yrs? old|year-old|y/?o)\b",
    rf"\b(?:i am|i'm|im) (?:only |just )?{_YOUNG}(?=[.!,]| and (?:i|my|in))(?![.,]\d)",
    rf"\b(?:i am|i'm|im) (?:a |an |in |in the |currently in )?(?:kindergarten(?:er)?|pre-?k|{_GRADE}[- ]grade(?:r)?"
    rf"|(?:middle|elementary|grade|primary|junior high|high) school(?:er)?(?: student)?|cub scout|girl scout"
    rf"|boy scout)\b",
    rf"\bmy {_GRADE}[- ]grade (?:class|teacher|classroom)\b|\bmy (?:kindergarten|elementary school"
    rf"|middle school) (?:class|teacher)\b|\bmy teacher (?:said|says|told|asked|is making)\b|\bmy (?:mom|dad|mommy"
    rf"|daddy|grandma) (?:is helping|helped|is typing|typed|said i (?:could|can)) \w*\b|\b(?:i am|i'm) a kid\b",
    r"\b(?:tengo|cumpl[íi]|acabo de cumplir|voy a cumplir) (?:solo |apenas )?(?:[4-9]|1[0-7]|cuatro|cinco|seis|siete"
    r"|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciséis|diecisiete) años\b",
    r"\b(?:estoy|voy) en (?:el )?(?:kínder|primer|primero|segundo|tercer|tercero|cuarto|quinto|sexto|s[ée]ptimo"
    r"|octavo|[1-9](?:º|°|to|ro|do|er|vo)?)(?: de (?:primaria|secundaria)| grado)\b|\bmi (?:maestra|maestro) (?:dijo"
    r"|dice|me dijo|nos)\b|\bmi clase de (?:\w+) grado\b|\bsoy un(?:a)? niñ[oa]\b",
)
NOT_A_CHILD = re.compile(
    r" (?:viviendo|trabajando|esperando|siendo|pagando|votando|luchando|aqu[íi]|en (?:este|esta|el|la|los)"
    r"|de (?!edad)|con |sin |casad|into|away|months|weeks|days|minutes|hours|miles|behind|teacher|principal|parent)"
)

UNSUBSCRIBE = _all(
    r"\bunsubscribe\b(?! (?:link|button|page|from (?:this|the) list,? (?:click|visit|send)))|\bun-subscribe\b"
    r"|\bopt(?:ing)? (?:me )?out\b(?! of (?:the )?(?:tax|school|medicare|program|insurance))",
    r"\b(?:stop|quit|cease) (?:e-?mailing|sending|mailing|texting|contacting|spamming|all (?:e-?mails?|contact)"
    r"|these (?:e-?mails?|messages))\b|\b(?:remove|delete|drop) (?:me|my (?:name|e-?mail|address|information)"
    r"|this (?:e-?mail|address))(?: \w+){0,3} (?:from|off)\b|\btake (?:me|my (?:name|e-?mail|address)) off\b"
    r"|\bno more e-?mails?\b|\b(?:do not|don't|no longer|please don't) (?:want|wish) (?:to (?:receive|get)|any more"
    r"|your) (?:\w+ ){0,3}(?:e-?mails?|messages|mailings?|newsletters?|updates|texts?)\b|\b(?:do not"
    r"|don't) (?:e-?mail|contact|text|mail) me (?:again|any ?more|ever)\b|\bcancel my subscription\b|\bremove me\b",
    r"\b(?:darme|denme|dame|deme|d[ée]n?me|quiero darme) de baja\b|\bcancelar? (?:mi |la )?suscripci[óo]n\b"
    r"|\bno (?:quiero|deseo) (?:recibir|m[áa]s) (?:m[áa]s )?(?:correos|mensajes|e-?mails?|bolet)"
    r"|\bdejen? de (?:enviar|mandar|escribir)(?:me)?\b|\b(?:qu[íi]tenme|b[óo]rrenme|elim[íi]nenme|s[áa]quenme"
    r"|quitarme) de (?:su|la|esta|sus) listas?\b|\bno me (?:env[íi]en|manden|escriban) m[áa]s\b",
)
UNSUBSCRIBE_ALONE = re.compile(r"\s*(?:stop|stopp|baja|remove|end|quit)\s*[.!]*\s*\Z")  # the whole text
UNSUBSCRIBE_NOT = re.compile(
    r"\b(?:to|not|n't|never|didn't|if you wish to"
    r"|want you to) (?:\w+ )?\Z(?<!want to )(?<!like to )(?<!need to )(?<!wish to )(?<!how to )(?<!trying to )"
    r"(?<!tried to )"
)
