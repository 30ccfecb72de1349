package resgen.kernel.eval;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that JShell gives to the notebook's classes, such as {@code REPL.$JShell$12$Point}, and
 * what their author calls them.
 */
public final class Names {
  private static final String MARK = "$JShell$";
  private static final String WRAPPER = "(?:notebook//)?REPL[./]\\$JShell\\$" + CodeCopies.NUMBERS;
  private static final String FILE = "\\$JShell\\$(" + CodeCopies.NUMBERS + ")\\.java(?::\\d+)?";
  private static final Pattern STATEMENT =
      Pattern.compile(WRAPPER + "\\.do_it\\$(?:Aux)?\\(" + FILE + "\\)");
  private static final Pattern FRAME = Pattern.compile("\\(" + FILE + "\\)");
  private static final Pattern ANONYMOUS =
      Pattern.compile("(?:" + WRAPPER + "\\$)?\\$JShell\\$anonymous\\$\\$(\\d+)");
  private static final Pattern LAMBDA = Pattern.compile(WRAPPER + "\\$\\$Lambda[$/.\\w]*");
  private static final Pattern BODY =
      Pattern.compile("(?:" + WRAPPER + "\\.)?lambda\\$do_it\\$(?:Aux)?\\$\\d+");
  private static final Pattern MEMBER = Pattern.compile(WRAPPER + "[.$](?=[\\w$])");
  private static final Pattern BARE = Pattern.compile(WRAPPER);
  private static final Pattern SOURCE = Pattern.compile(FILE);
  private static final Pattern NUMBERS =
      Pattern.compile("\\$JShell\\$(" + CodeCopies.NUMBERS + ")");
  private static final Pattern OVERLOADS = Pattern.compile(Overloads.ALL + "\\d+_\\w+\\.");
  private static final Pattern OVERLOAD =
      Pattern.compile(
          "(?:class |variable )?(?:" + Overloads.ALL + "\\d+_|" + Overloads.ONE + ")(\\w+)");

  private final Map<String, Integer> cells = new ConcurrentHashMap<>();
  private volatile int cell;

  /** What is loaded from now on is of this cell. */
  void begin(int number) {
    cell = number;
  }

  /** Notes a wrapper class, which a later cell may load again under its name or with a letter. */
  void loaded(String className) {
    Matcher numbers = NUMBERS.matcher(className);
    if (numbers.find()) {
      parts(numbers.group(1)).forEach(part -> cells.putIfAbsent(part, cell));
    }
  }

  /** The wrapper of several methods of one name has the numbers of each. */
  private static List<String> parts(String numbers) {
    return List.of(numbers.replaceAll("[A-Z]", "").split("_"));
  }

  /** An error in the notebook's own names. */
  public CellError clear(CellError e) {
    return new CellError(
        clear(e.name()), clear(e.message()), e.traceback().stream().map(this::clear).toList());
  }

  /** A text for the notebook's reader: its own names, and {@code In [n]} for JShell's files. */
  public String clear(String text) {
    if (text == null || !text.contains(MARK)) {
      return plain(text);
    }
    String out = STATEMENT.matcher(text).replaceAll(this::place);
    out = FRAME.matcher(out).replaceAll(m -> "(" + place(m) + ")");
    return plain(SOURCE.matcher(out).replaceAll(this::place));
  }

  private String place(MatchResult file) {
    Set<Integer> of = new HashSet<>();
    parts(file.group(1)).forEach(part -> of.add(cells.getOrDefault(part, 0)));
    int number = of.size() == 1 ? of.iterator().next() : 0;
    return number == 0 ? "the notebook" : "In [" + number + "]";
  }

  /** The same where it does not matter in which cell something is. */
  public static String plain(String text) {
    if (text == null || !(text.contains(MARK) || text.contains("overload"))) {
      return text;
    }
    String out = ANONYMOUS.matcher(text).replaceAll("anonymous\\$$1");
    out = BODY.matcher(out).replaceAll("a lambda");
    out = LAMBDA.matcher(out).replaceAll("a lambda");
    out = MEMBER.matcher(out).replaceAll("");
    out = BARE.matcher(out).replaceAll("the notebook");
    out = SOURCE.matcher(out).replaceAll("the notebook");
    out = OVERLOADS.matcher(out).replaceAll("");
    return OVERLOAD.matcher(out).replaceAll("$1");
  }
}
