"""Words by which two answers are compared: those that carry no content, greetings, negations, and words that exclude
each other.

They are for the languages that recordings are mostly in. A text in any other language is compared by its words alone,
which tells one answer from another less sharply, but never wrongly by these tables.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Words:
    """Words of one kind in one language, in lower case, apart by spaces."""

    language: str
    words: str
    reason: str


@record
class Opposites:
    """Words of which at most one is true: an answer that goes from one to another is another answer."""

    words: tuple[str, ...]
    reason: str


FUNCTION_WORDS: tuple[Words, ...] = (
    Words(
        language="en",
        words="a an the this that these those i you he she it we they me my your his her its our their us them is"
        " are was were be been being am do does did have has had will would can could shall should may might"
        " must of to in on at by for from with as and or but if so than then there here not no yes what which"
        " who when where how very just also let s t re ve ll m d i'm i'll i've i'd it's that's here's there's"
        " let's you're you'd you'll what's don't can't",
        reason="any two English texts share them",
    ),
    Words(
        language="pt",
        words="o a os as um uma uns umas de do da dos das em no na nos nas por para com e ou mas se que é são foi"
        " ser está estão eu você ele ela nós eles elas isso isto este esta esse essa ao à mais como não sim"
        " seu sua",
        reason="any two Portuguese texts share them",
    ),
    Words(
        language="es",
        words="el la los las un una unos unas de del en por para con y o pero si que es son fue ser está están yo"
        " tú usted él ella nosotros ellos esto este esta ese esa al más como no sí su sus lo le",
        reason="any two Spanish texts share them",
    ),
    Words(
        language="fr",
        words="le la les un une des de du en dans par pour avec et ou mais si que qui est sont être a ont je tu"
        " vous il elle nous ils elles ce cet cette ces au aux plus comme ne pas non oui sa son ses votre c'est"
        " l d j n",
        reason="any two French texts share them",
    ),
    Words(
        language="de",
        words="der die das den dem des ein eine einen einem einer eines in im an am auf aus bei mit von vom zu zum"
        " zur für und oder aber wenn dass ist sind war sein hat haben ich du sie er es wir ihr dies diese"
        " dieser dieses als wie nicht kein ja nein auch",
        reason="any two German texts share them",
    ),
    Words(
        language="it",
        words="il lo la i gli le un uno una di del della dei delle in nel nella per con e o ma se che è sono era"
        " essere ha io tu lui lei noi loro questo questa al alla più come non sì no suo sua",
        reason="any two Italian texts share them",
    ),
    Words(
        language="nl",
        words="de het een van in op aan bij met voor door en of maar als dat is zijn was ik je jij u hij ze wij we"
        " dit deze die te om naar niet geen ja nee ook",
        reason="any two Dutch texts share them",
    ),
)

ARTICLES: tuple[Words, ...] = (
    Words(language="en", words="a an another", reason="a thing follows that was not spoken of before"),
    Words(language="pt", words="um uma", reason="as in English"),
    Words(language="es", words="un una", reason="as in English"),
    Words(language="fr", words="un une", reason="as in English"),
    Words(language="de", words="ein eine einen einem einer eines", reason="as in English"),
    Words(language="it", words="un uno una", reason="as in English"),
    Words(language="nl", words="een", reason="as in English"),
)

COURTESY: tuple[Words, ...] = (
    Words(
        language="en",
        words="please thanks thank sorry unfortunately sure certainly absolutely course okay ok great good glad"
        " happy nice meet welcome help assist helping assistance anything something today feel free know need"
        " further want like question questions",
        reason="how an answer begins and ends, whatever it says",
    ),
    Words(
        language="pt",
        words="claro obrigado obrigada prazer ajudar posso hoje precisar algo favor",
        reason="how an answer begins and ends, whatever it says",
    ),
    Words(
        language="es",
        words="claro gracias gusto ayudar ayudarte ayudarle puedo hoy necesitas algo favor",
        reason="how an answer begins and ends, whatever it says",
    ),
    Words(
        language="fr",
        words="bien sûr merci plaisir aider puis aujourd'hui besoin chose plaît",
        reason="how an answer begins and ends, whatever it says",
    ),
    Words(
        language="de",
        words="gerne natürlich klar danke bitte helfen kann heute etwas fragen",
        reason="how an answer begins and ends, whatever it says",
    ),
)

_INVENTED = "nobody is given the same one twice: that both are about the same thing says nothing"
MADE_UP: tuple[Words, ...] = (
    Words(
        language="en",
        words="poem poems haiku haikus limerick limericks sonnet rhyme joke jokes story stories tale song lyrics"
        " slogan slogans tagline riddle riddles",
        reason=_INVENTED,
    ),
    Words(language="es", words="poema chiste cuento", reason=_INVENTED),
    Words(language="fr", words="poème blague histoire", reason=_INVENTED),
    Words(language="de", words="gedicht witz geschichte", reason=_INVENTED),
    Words(language="pt", words="poema piada", reason=_INVENTED),
    Words(language="it", words="poesia barzelletta", reason=_INVENTED),
)
"""What a model is asked to make up."""

MAKING: tuple[Words, ...] = (
    Words(
        language="en",
        words="tell write compose invent create generate make give sing say crack",
        reason="asks for it; a text in which it stands by itself only speaks of it",
    ),
    Words(language="es", words="escribe cuenta cuéntame dime", reason="asks for it"),
    Words(language="fr", words="écris raconte", reason="asks for it"),
    Words(language="de", words="schreib schreibe erzähl erzähle", reason="asks for it"),
    Words(language="pt", words="escreva conte", reason="asks for it"),
    Words(language="it", words="scrivi racconta", reason="asks for it"),
)

COINED = Words(language="en", words="name names nickname nicknames", reason="of something that has none yet")
COINING = Words(
    language="en", words="invent suggest create propose coin", reason="asks for a new one; to tell a name is to know it"
)

ANY_ONE = Words(
    language="any",
    words="a an another some any 1 2 3 4 5 un una une uno ein eine einen um uma very",
    reason='before what is to be made up: any one will do, where "the poem" is one that there is',
)

ABOUT = Words(language="en", words="about featuring explaining around", reason="behind a poem: what it is to be about")

TAKEN_FROM = Words(language="en", words="by from of", reason="behind a poem: it is one that there is, or a part of one")

QUALIFIERS = Words(
    language="en",
    words="North South East West Northern Southern Eastern Western Central Upper Lower Inner Outer New",
    reason="a name with one of these before it is another place than the name alone: South Atlantic, New Mexico",
)

DONE = Words(language="en", words="done finished completed all set ok okay it's", reason="what was asked for is done")

GREETINGS: tuple[Words, ...] = (
    Words(language="en", words="hi hello hey howdy greetings", reason="said for each other"),
    Words(language="pt", words="oi olá ola", reason="said for each other"),
    Words(language="es", words="hola buenas", reason="said for each other"),
    Words(language="fr", words="bonjour salut coucou", reason="said for each other"),
    Words(language="de", words="hallo servus moin", reason="said for each other"),
    Words(language="it", words="ciao salve buongiorno", reason="said for each other"),
    Words(language="ru", words="привет здравствуйте здравствуй", reason="said for each other"),
    Words(language="ja", words="こんにちは やあ どうも", reason="said for each other"),
    Words(language="zh", words="你好 您好 嗨", reason="said for each other"),
    Words(language="ko", words="안녕하세요 안녕", reason="said for each other"),
)

NEGATIONS: tuple[Words, ...] = (
    Words(
        language="en",
        words="not no never none neither nor cannot can't won't don't doesn't didn't isn't aren't wasn't weren't"
        " couldn't shouldn't wouldn't hasn't haven't hadn't unable",
        reason="the sentence says the contrary of the same sentence without it",
    ),
    Words(language="pt", words="não nunca nem jamais nenhum nenhuma", reason="as in English"),
    Words(language="es", words="no nunca ni jamás ningún ninguna", reason="as in English"),
    Words(language="fr", words="pas jamais aucun aucune non", reason="as in English; `ne` alone is often left out"),
    Words(language="de", words="nicht kein keine keinen keinem keiner nie niemals nein", reason="as in English"),
    Words(language="it", words="non mai nessun nessuna", reason="as in English"),
    Words(language="nl", words="niet geen nooit nee", reason="as in English"),
    Words(language="ru", words="не нет ни нельзя", reason="as in English"),
)

NEGATIONS_WITHIN: tuple[Words, ...] = (
    Words(language="ja", words="ない ません なく 無い ぬ できず", reason="an ending of the verb: words are not apart"),
    Words(language="zh", words="不 没 沒 無法 无法", reason="words are not apart"),
    Words(language="ko", words="않 없 못", reason="an ending of the verb"),
)

OPPOSITES: tuple[Opposites, ...] = (
    Opposites(words=("positive", "negative", "neutral", "mixed"), reason="labels of a mood"),
    Opposites(words=("positivo", "negativo", "neutro"), reason="the same, Portuguese, Spanish and Italian"),
    Opposites(words=("positiva", "negativa", "neutra"), reason="the same, Portuguese, Spanish and Italian"),
    Opposites(words=("positif", "négatif", "neutre"), reason="the same, French"),
    Opposites(words=("positiv", "negativ", "neutral"), reason="the same, German"),
    Opposites(words=("true", "false"), reason="the truth of a statement"),
    Opposites(words=("correct", "incorrect", "wrong"), reason="a grade"),
    Opposites(words=("valid", "invalid"), reason="a check"),
    Opposites(words=("safe", "unsafe"), reason="a check of content"),
    Opposites(words=("possible", "impossible"), reason="a statement and its contrary"),
    Opposites(words=("available", "unavailable"), reason="a statement and its contrary"),
    Opposites(words=("approved", "denied", "rejected", "declined"), reason="a decision"),
    Opposites(words=("allowed", "forbidden", "prohibited"), reason="a decision"),
    Opposites(words=("accepted", "rejected", "refused"), reason="a decision"),
    Opposites(words=("pass", "fail"), reason="the outcome of a test"),
    Opposites(words=("passed", "failed"), reason="the outcome of a test"),
    Opposites(words=("success", "failure"), reason="the outcome of an act"),
    Opposites(words=("succeeded", "failed"), reason="the outcome of an act"),
    Opposites(words=("successful", "unsuccessful"), reason="the outcome of an act"),
    Opposites(words=("spam", "ham"), reason="labels of a message"),
    Opposites(words=("increase", "decrease"), reason="a direction"),
    Opposites(words=("increased", "decreased"), reason="a direction"),
    Opposites(words=("higher", "lower"), reason="a comparison"),
    Opposites(words=("before", "after"), reason="an order in time"),
    Opposites(words=("eligible", "ineligible"), reason="a decision"),
    Opposites(words=("enabled", "disabled"), reason="a state"),
    Opposites(words=("open", "closed"), reason="a state"),
    Opposites(words=("on", "off"), reason="a state"),
    Opposites(words=("hot", "cold"), reason="a measure in words"),
    Opposites(words=("sunny", "rainy", "cloudy", "snowy"), reason="the weather"),
    Opposites(words=("red", "green", "blue", "yellow", "black", "white", "orange", "purple"), reason="colours"),
)


@record
class Phrases:
    """What is said in one language, in lower case, with straight apostrophes."""

    language: str
    words: tuple[str, ...]
    reason: str


_EXCUSE = "who begs pardon, or says that it cannot, gives no answer, or half of one"

APOLOGIES: tuple[Phrases, ...] = (
    Phrases(
        language="en",
        words=(
            "i'm sorry",
            "i am sorry",
            "sorry, but",
            "sorry, i ",
            "i apologize",
            "i apologise",
            "my apologies",
            "i can't help",
            "i cannot help",
            "i can't assist",
            "i cannot assist",
            "i can't provide",
            "i cannot provide",
            "i can't access",
            "i cannot access",
            "i'm unable to",
            "i am unable to",
            "i'm not able to",
            "i am not able to",
            "i won't be able to",
            "i don't have access",
            "i do not have access",
        ),
        reason=_EXCUSE,
    ),
    Phrases(language="pt", words=("desculpe", "lamento", "não posso ajudar", "não consigo"), reason=_EXCUSE),
    Phrases(language="es", words=("lo siento", "lamento", "no puedo ayudar", "me temo que no"), reason=_EXCUSE),
    Phrases(
        language="fr", words=("je suis désolé", "désolé,", "je ne peux pas", "je ne suis pas en mesure"), reason=_EXCUSE
    ),
    Phrases(language="de", words=("es tut mir leid", "tut mir leid", "ich kann leider"), reason=_EXCUSE),
    Phrases(language="it", words=("mi dispiace", "non posso aiutar"), reason=_EXCUSE),
    Phrases(language="ja", words=("申し訳", "できません", "ごめんなさい"), reason=_EXCUSE),
    Phrases(language="zh", words=("抱歉", "对不起", "無法提供", "无法提供"), reason=_EXCUSE),
)

_NOT_DONE = "in an excuse: it is not done at all, where others only beg pardon for what they do"

REFUSALS: tuple[Phrases, ...] = (
    Phrases(language="en", words=("can't", "cannot", "unable to", "not able to", "won't"), reason=_NOT_DONE),
    Phrases(language="pt", words=("não posso", "não consigo"), reason=_NOT_DONE),
    Phrases(language="es", words=("no puedo",), reason=_NOT_DONE),
    Phrases(language="fr", words=("ne peux pas", "ne suis pas en mesure"), reason=_NOT_DONE),
    Phrases(language="de", words=("kann leider",), reason=_NOT_DONE),
    Phrases(language="it", words=("non posso",), reason=_NOT_DONE),
    Phrases(language="ja", words=("できません",), reason=_NOT_DONE),
    Phrases(language="zh", words=("無法", "无法"), reason=_NOT_DONE),
)

YES_OR_NO: tuple[Opposites, ...] = (
    Opposites(
        words=("yes", "no"), reason="English; as the first word of the answer, since `no` is common anywhere else"
    ),
    Opposites(words=("sim", "não"), reason="Portuguese"),
    Opposites(words=("sí", "no"), reason="Spanish"),
    Opposites(words=("oui", "non"), reason="French"),
    Opposites(words=("ja", "nein"), reason="German"),
    Opposites(words=("sì", "no"), reason="Italian"),
    Opposites(words=("ja", "nee"), reason="Dutch"),
    Opposites(words=("да", "нет"), reason="Russian"),
    Opposites(words=("はい", "いいえ"), reason="Japanese"),
    Opposites(words=("是", "不是", "否"), reason="Chinese"),
)

NUMERALS: tuple[Words, ...] = (
    Words(
        language="en",
        words="zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen",
        reason="a number is the same in words, from 0 on",
    ),
    Words(
        language="pt",
        words="- - dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze",
        reason="as in English; what means something else in another language is left out as a dash",
    ),
    Words(
        language="es",
        words="cero - dos tres cuatro cinco seis siete ocho nueve diez - doce trece catorce quince",
        reason="as in English",
    ),
    Words(
        language="fr",
        words="zéro - deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze",
        reason="as in English",
    ),
    Words(
        language="de",
        words="null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn",
        reason="as in English",
    ),
    Words(
        language="it", words="- - - tre quattro cinque - sette otto nove dieci undici dodici", reason="as in English"
    ),
    Words(language="nl", words="nul - twee drie vier vijf zes zeven - negen tien elf twaalf", reason="as in English"),
)

TENS = Words(
    language="en", words="twenty thirty forty fifty sixty seventy eighty ninety", reason="with the ones behind them"
)

MONTHS: tuple[Words, ...] = (
    Words(
        language="en",
        words="january february march april may june july august september october november december",
        reason="a date is the same however it is written",
    ),
    Words(
        language="en, short",
        words="jan feb mar apr may jun jul aug sep oct nov dec",
        reason="as people write in tables",
    ),
    Words(
        language="pt",
        words="janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        reason="as in English",
    ),
    Words(
        language="es",
        words="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        reason="as in English",
    ),
    Words(
        language="fr",
        words="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        reason="as in English",
    ),
    Words(
        language="de",
        words="januar februar märz april mai juni juli august september oktober november dezember",
        reason="as in English",
    ),
    Words(
        language="it",
        words="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        reason="as in English",
    ),
)
