package resgen.kernel.assist;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import resgen.kernel.eval.Analysis;

/** Help while a cell is being written: completion, inspection, whether it is complete. */
public final class Assist {
  /** The magics of a kernel. */
  public interface Magics {
    /** Names of line magics. */
    Collection<String> line();

    /** Names of cell magics. */
    Collection<String> cell();

    /** What a magic does, or null. */
    String help(String name);
  }

  /**
   * What is known of a place in the code.
   *
   * @param text plain
   * @param html the same, marked up
   */
  public record Inspection(String text, String html) {}

  /**
   * Whether code may run as it is.
   *
   * @param status {@code complete}, {@code incomplete}, {@code invalid}, or {@code unknown} when it
   *     could not be found out in time
   * @param indent what the next line should begin with when it is incomplete
   */
  public record Completeness(String status, String indent) {}

  private static final Pattern CELL_MAGIC = Pattern.compile("\\s*%%(\\w*)([^\\n]*)");
  private static final Pattern TIMED = Pattern.compile("(%time\\s)(.*)", Pattern.DOTALL);
  private static final Pattern CALLED = Pattern.compile("\\s*(?:<[^()]*>\\s*)?\\(");
  private static final Set<String> JAVA_CELLS = Set.of("time");
  private static final int WARM_AFTER_SECONDS = 4; // not while the kernel starts
  private static final String INDENT = "  ";

  private final Analysis analysis;
  private final Magics magics;
  private final Function<String, String> describe;
  private final JavaCompleter java;
  private final Inspector inspector;
  private final Inherited inherited;

  /**
   * For a session's code and a kernel's magics.
   *
   * @param describe gives a line on the value of a variable of this name, or null
   */
  public Assist(Analysis analysis, Magics magics, Function<String, String> describe) {
    this.analysis = analysis;
    this.magics = magics;
    this.describe = describe;
    TypeIndex types = new TypeIndex(analysis.loader());
    CompletableFuture.delayedExecutor(WARM_AFTER_SECONDS, TimeUnit.SECONDS).execute(types::warm);
    inspector = new Inspector(analysis, types);
    inherited = new Inherited(analysis, inspector);
    java = new JavaCompleter(analysis, types, inherited);
  }

  /** What may stand at the cursor. */
  public Completions complete(String code, int cursor) {
    return analysis.ask(() -> completions(code, cursor), Completions.none(cursor));
  }

  private Completions completions(String code, int cursor) {
    Matcher whole = CELL_MAGIC.matcher(code);
    if (!whole.lookingAt()) {
      return complete(code, cursor, 0);
    }
    int begin = code.indexOf("%%");
    if (cursor <= whole.end()) {
      return cursor < begin
          ? Completions.none(cursor)
          : magic(code.substring(begin, cursor), begin);
    }
    return JAVA_CELLS.contains(whole.group(1))
        ? complete(code.substring(whole.end()), cursor, whole.end())
        : Completions.none(cursor);
  }

  /** The same for a part of the cell that begins at {@code offset}. */
  private Completions complete(String part, int cursor, int offset) {
    int at = cursor - offset;
    Scan scan = Scan.of(part, at);
    Completions found =
        switch (scan.place()) {
          case TEXT -> Completions.none(at);
          case MAGIC -> magic(part.substring(scan.start(), at), scan.start());
          case CODE -> java.complete(part, at, scan);
        };
    return new Completions(found.matches(), found.start() + offset);
  }

  private Completions magic(String text, int at) {
    Matcher timed = TIMED.matcher(text);
    if (timed.matches()) {
      return complete(text.substring(timed.end(1)), text.length() + at, at + timed.end(1));
    }
    return new MagicCompleter(magics.line(), magics.cell()).complete(text, at);
  }

  /**
   * Signatures and documentation of what is at the cursor, or of the method whose arguments it is
   * in.
   *
   * @param source whether to show source in place of documentation
   */
  public Optional<Inspection> inspect(String code, int cursor, boolean source) {
    return analysis.ask(() -> inspection(code, cursor, source), Optional.empty());
  }

  private Optional<Inspection> inspection(String code, int cursor, boolean source) {
    Matcher magic = Pattern.compile("(?m)^\\s*%%?(\\w+)").matcher(code);
    while (magic.find()) {
      String help = magics.help(magic.group(1));
      if (cursor >= magic.start() && cursor <= magic.end() && help != null) {
        return Optional.of(new Inspection(help, "<pre>" + Javadoc.escape(help) + "</pre>"));
      }
    }
    int end = cursor;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    Optional<Inspection> named = inspectName(code, end, source);
    int open = named.isPresent() ? -1 : Calls.open(code, cursor);
    return open < 0 ? named : inspectName(code, open, source);
  }

  private Optional<Inspection> inspectName(String code, int end, boolean source) {
    int start = end;
    while (start > 0 && Character.isJavaIdentifierPart(code.charAt(start - 1))) {
      start--;
    }
    Scan scan = Scan.of(code, end);
    if (start == end || scan.place() != Scan.Place.CODE) {
      return Optional.empty();
    }
    boolean called = CALLED.matcher(code.substring(end)).lookingAt();
    String upTo = java.statements(code, end, scan);
    List<String> signatures = analysis.signatures(called ? upTo + "(" : upTo);
    if (signatures.isEmpty()) {
      signatures = analysis.signatures(called ? upTo : upTo + "(");
    }
    if (signatures.isEmpty()) {
      String name = code.substring(start, end);
      int dot = upTo.substring(0, upTo.length() - name.length()).stripTrailing().length() - 1;
      signatures =
          dot < 0 || upTo.charAt(dot) != '.'
              ? List.of()
              : inherited.before(upTo, dot).stream()
                  .filter(m -> m.name().equals(name))
                  .map(Inherited.Member::signature)
                  .toList();
    }
    if (signatures.isEmpty()) {
      return Optional.empty();
    }
    Inspection found = inspector.of(signatures, source);
    String value = describe.apply(code.substring(start, end));
    String more = value == null || signatures.get(0).indexOf(':') < 0 ? "" : "\n" + value;
    String html = more.isEmpty() ? "" : "<pre>" + Javadoc.escape(value) + "</pre>";
    return Optional.of(new Inspection(found.text() + more, found.html() + html));
  }

  /** Whether the cell may run as it is. */
  public Completeness completeness(String code) {
    return analysis.ask(() -> completenessOf(code), new Completeness("unknown", ""));
  }

  private Completeness completenessOf(String code) {
    if (code.stripLeading().startsWith("%%")) {
      boolean ended = code.indexOf('\n') >= 0 && code.endsWith("\n");
      return new Completeness(ended ? "complete" : "incomplete", "");
    }
    String java = withoutMagics(code);
    String is = analysis.completeness(java);
    return new Completeness(is, is.equals("incomplete") ? indent(java) : "");
  }

  private static String withoutMagics(String code) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (String line : code.split("\n", -1)) {
      int percent = at + line.length() - line.stripLeading().length() + 1;
      boolean magic =
          line.stripLeading().startsWith("%") && Scan.of(code, percent).place() == Scan.Place.MAGIC;
      out.append(magic ? "" : line).append('\n');
      at += line.length() + 1;
    }
    return out.substring(0, out.length() - 1);
  }

  /** The last line's own indent, and one step more when it opens brackets. */
  private static String indent(String code) {
    String last = code.stripTrailing();
    last = last.substring(last.lastIndexOf('\n') + 1);
    String own = last.substring(0, last.length() - last.stripLeading().length());
    boolean opens = Scan.of(last + " ", last.length() + 1).brackets() > 0;
    return opens ? own + INDENT : own;
  }
}
