/** Words too common to tell one report from another. Negations and verbs of breaking are kept on purpose. */
export const stopWords: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any are aren as at be because been before being below between both but by
  can could couldn did didn do does doesn doing don down during each either etc few for from further get gets got had hadn
  has hasn have haven having he her here hers him his how however i if in into is isn it its itself just let ll may me
  might more most must my near now of off on once only or other our out over own per please really same shall she
  should shouldn since so some such than that the their them then there these they thing this those through thus to too
  under until up upon us ve very via was wasn we were weren what when where which while who whom whose why will with
  within won would wouldn yet you your yours https www`.split(/\s+/),
)
