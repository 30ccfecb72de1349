package resgen.kernel.assist;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import resgen.kernel.assist.Completions.Match;
import resgen.kernel.eval.Analysis;
import resgen.kernel.eval.Overloads;

/**
 * Completes Java: members, variables (also those that the cell declares above and that have not run
 * yet), types, packages, keywords. A type that is not imported is offered by its full name.
 */
final class JavaCompleter {
  private static final int MOST_TYPES = 40;
  private static final Pattern DECLARATION =
      Pattern.compile(
          "(?:(?:public|private|protected|static|final|abstract|sealed|strictfp)\\s+)*"
              + "(?:class|interface|enum|record|@interface)\\s.*|@\\w.*",
          Pattern.DOTALL);
  private static final Pattern METHOD =
      Pattern.compile(
          "(?!(?:else|new|return|throw|assert|record|class|interface|enum)\\b)(?:[\\w<>\\[\\],.?&]+\\s+)+\\w+\\s*\\([^()]*\\)"
              + "\\s*(?:throws\\s+[\\w.,\\s]+)?\\{.*",
          Pattern.DOTALL);
  private static final Pattern DECLARED =
      Pattern.compile("(\\w+)(?:<[^;=()]*>)?(?:\\[])*\\s+([A-Za-z_]\\w*)\\s*([=;:,)({])");
  private static final Pattern IMPORT = Pattern.compile("import\\s+([\\w.]+(?:\\.\\*)?)\\s*;");
  private static final Pattern IMPORTING = Pattern.compile("import\\s+([\\w.]*)", Pattern.DOTALL);
  private static final Set<String> KEYWORDS =
      Set.of(
          ("abstract assert boolean break byte case catch char class continue default do double"
                  + " else enum extends final finally float for if implements import instanceof int"
                  + " interface long new null package private protected public record return short"
                  + " static super switch synchronized this throw throws true false try var void"
                  + " while yield")
              .split(" "));

  private static final Set<String> PRIMITIVES =
      Set.of("boolean", "byte", "char", "double", "float", "int", "long", "short", "var", "void");

  private final Analysis analysis;
  private final TypeIndex types;
  private final Inherited inherited;

  JavaCompleter(Analysis analysis, TypeIndex types, Inherited inherited) {
    this.analysis = analysis;
    this.types = types;
    this.inherited = inherited;
  }

  /** What may stand at the cursor of a cell of Java. */
  Completions complete(String code, int cursor, Scan scan) {
    String current = code.substring(scan.start(), cursor).stripLeading();
    Matcher importing = IMPORTING.matcher(current);
    if (importing.matches()) {
      return imports(importing.group(1), cursor);
    }
    Map<String, String> pending = pendingImports(scan.statements());
    String text =
        qualified(context(scan.statements(), current) + Brackets.withoutHeads(current), pending);
    Analysis.Suggestions found = analysis.suggestions(text);
    int start = cursor - (text.length() - found.start());
    String prefix = code.substring(Math.max(0, start), cursor);
    boolean member = start > 0 && code.substring(0, start).stripTrailing().endsWith(".");
    List<Match> out = new ArrayList<>(java(found.texts(), member));
    if (member) {
      int dot = text.substring(0, found.start()).stripTrailing().length() - 1;
      inherited.before(text, dot).stream()
          .filter(m -> m.name().startsWith(prefix))
          .forEach(m -> out.add(m.match()));
    }
    if (!member && prefix.matches("[A-Za-z_]\\w*")) {
      declared(code.substring(0, start), prefix, out);
      keywords(prefix, out);
      pending.keySet().stream()
          .filter(name -> name.startsWith(prefix))
          .forEach(name -> out.add(0, new Match(name, "class")));
      if (prefix.length() > 1 && Character.isUpperCase(prefix.charAt(0))) {
        notImported(prefix, pending, out);
      }
    }
    return new Completions(out.stream().distinct().toList(), start);
  }

  /** The statement that ends here, behind what it needs of those above it. */
  String statements(String code, int end, Scan scan) {
    String current = code.substring(scan.start(), end).stripLeading();
    String all = context(scan.statements(), current) + Brackets.withoutHeads(current) + ";";
    String full = qualified(all, pendingImports(scan.statements()));
    return full.substring(0, full.length() - 1);
  }

  private List<Match> java(List<Analysis.Suggestion> found, boolean member) {
    Set<String> variables = Set.copyOf(new LinkedHashSet<>(analysis.variables()));
    return Stream.concat(
            found.stream().filter(Analysis.Suggestion::fits), found.stream().filter(s -> !s.fits()))
        .map(Analysis.Suggestion::text)
        .filter(text -> !text.startsWith("$") && !text.startsWith("REPL"))
        .filter(text -> !text.startsWith(Overloads.ALL))
        .map(text -> new Match(text, kind(text, member, variables)))
        .toList();
  }

  private static String kind(String text, boolean member, Set<String> variables) {
    if (text.endsWith("(") || text.endsWith(")")) {
      return "function";
    }
    if (variables.contains(text) || (member && !Character.isUpperCase(text.charAt(0)))) {
      return "instance";
    }
    if (KEYWORDS.contains(text)) {
      return "keyword";
    }
    boolean constant = text.length() > 1 && text.equals(text.toUpperCase(java.util.Locale.ROOT));
    boolean type = Character.isUpperCase(text.charAt(0)) && !(member && constant);
    return type ? "class" : "instance";
  }

  /** Names that the cell declares above, which JShell leaves out where a statement begins. */
  private static void declared(String above, String prefix, List<Match> out) {
    Set<String> have = new LinkedHashSet<>();
    out.forEach(match -> have.add(match.text()));
    Matcher m = DECLARED.matcher(above);
    while (m.find()) {
      boolean method = m.group(3).equals("(");
      boolean type = m.group(1).matches("class|interface|enum|record");
      String name = m.group(2) + (method && !type ? "(" : "");
      boolean isName = !KEYWORDS.contains(m.group(1)) || PRIMITIVES.contains(m.group(1)) || type;
      if (m.group(2).startsWith(prefix) && isName && have.add(name)) {
        out.add(0, new Match(name, type ? "class" : method ? "function" : "instance"));
      }
    }
  }

  private static void keywords(String prefix, List<Match> out) {
    KEYWORDS.stream()
        .filter(word -> word.startsWith(prefix) && !word.equals(prefix))
        .sorted()
        .forEach(word -> out.add(new Match(word, "keyword")));
  }

  private void notImported(String prefix, Map<String, String> pending, List<Match> out) {
    List<String> imports = analysis.imports();
    types.startingWith(prefix, MOST_TYPES).stream()
        .filter(name -> !isImported(name, imports) && !pending.containsValue(name))
        .forEach(name -> out.add(new Match(name, "class")));
  }

  private static boolean isImported(String name, List<String> imports) {
    String packageName = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    return packageName.equals("java.lang")
        || packageName.isEmpty()
        || imports.contains(name)
        || imports.contains(packageName + ".*");
  }

  private Completions imports(String prefix, int cursor) {
    int dot = prefix.lastIndexOf('.') + 1;
    List<Match> out = new ArrayList<>();
    for (String name : types.inPackage(prefix)) {
      String last = name.substring(dot);
      boolean type = Character.isUpperCase(last.charAt(0));
      out.add(new Match(last, type ? "class" : "module"));
    }
    return new Completions(out, cursor - (prefix.length() - dot));
  }

  /** What the cell declares before the cursor, as statements that may stand before the current. */
  private static String context(List<String> statements, String current) {
    if (isMember(current)) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    for (String statement : statements) {
      if (!statement.startsWith("import ") && !METHOD.matcher(statement).matches()) {
        out.append(statement).append('\n');
      }
    }
    // An empty statement first: what JShell sees is a method's body, whatever comes next.
    return out.length() == 0 ? "" : ";" + out;
  }

  private static boolean isMember(String statement) {
    return DECLARATION.matcher(statement).matches() || METHOD.matcher(statement).matches();
  }

  /** Types that the cell imports by name above the cursor, simple to full. */
  private Map<String, String> pendingImports(List<String> statements) {
    Map<String, String> out = new LinkedHashMap<>();
    List<String> have = analysis.imports();
    for (String statement : statements) {
      Matcher m = IMPORT.matcher(statement);
      if (m.matches() && !have.contains(m.group(1))) {
        String name = m.group(1);
        if (name.endsWith(".*")) {
          String prefix = name.substring(0, name.length() - 1);
          types.inPackage(prefix).stream()
              .filter(t -> Character.isUpperCase(t.charAt(prefix.length())))
              .forEach(t -> out.putIfAbsent(t.substring(prefix.length()), t));
        } else {
          out.put(name.substring(name.lastIndexOf('.') + 1), name);
        }
      }
    }
    return out;
  }

  /** The code with the pending imports' names in full; the name under the cursor stays. */
  private static String qualified(String code, Map<String, String> imports) {
    if (imports.isEmpty()) {
      return code;
    }
    return Pattern.compile("(?<![\\w.])[A-Z]\\w*(?=\\W)")
        .matcher(code)
        .replaceAll(m -> Matcher.quoteReplacement(imports.getOrDefault(m.group(), m.group())));
  }
}
