package resgen.kernel.assist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import resgen.kernel.eval.Analysis;

/** Signatures, javadoc and source of what stands in a cell. */
final class Inspector {
  private static final int MOST_DOCUMENTED = 6;
  private static final int MOST_SUPERTYPES = 4;
  private static final int MOST_LINES = 300;

  private final Analysis analysis;
  private final TypeIndex types;
  private final Sources sources;

  Inspector(Analysis analysis, TypeIndex types) {
    this.analysis = analysis;
    this.types = types;
    sources = new Sources(analysis.loader());
  }

  /**
   * What is known of these signatures.
   *
   * @param source whether to show source in place of comments
   */
  Assist.Inspection of(List<String> signatures, boolean source) {
    StringBuilder text = new StringBuilder(String.join("\n", signatures));
    StringBuilder html = new StringBuilder("<pre>");
    html.append(Javadoc.escape(String.join("\n", signatures))).append("</pre>");
    Set<Path> looked = new LinkedHashSet<>();
    boolean found = false;
    for (String each : signatures.subList(0, Math.min(MOST_DOCUMENTED, signatures.size()))) {
      Signature signature = Signature.parse(each);
      Optional<SourceFile.Found> declared =
          signature == null ? Optional.empty() : declaration(signature, looked);
      if (declared.isPresent() && (source || declared.get().comment() != null)) {
        found = true;
        String title = signatures.size() > 1 ? each : "";
        append(declared.get(), title, source, text, html);
      }
    }
    if (!found && !looked.isEmpty()) {
      String missing =
          "No sources here; looked in "
              + looked.stream().map(Path::toString).collect(Collectors.joining(", "))
              + hint(looked);
      text.append("\n\n").append(missing);
      html.append("<p><small>").append(Javadoc.escape(missing)).append("</small>");
    }
    return new Assist.Inspection(text.toString(), html.toString());
  }

  private static String hint(Set<Path> looked) {
    boolean jdk = looked.stream().anyMatch(p -> p.endsWith("src.zip"));
    return jdk
        ? " (Debian and Ubuntu: openjdk-" + Runtime.version().feature() + "-source)"
        : " (%maven --sources group:artifact:version fetches them)";
  }

  private static void append(
      SourceFile.Found found,
      String title,
      boolean source,
      StringBuilder text,
      StringBuilder html) {
    if (!title.isEmpty()) {
      text.append("\n\n— ").append(title);
      html.append("<hr><code>").append(Javadoc.escape(title)).append("</code>");
    }
    if (source) {
      String code = found.code().lines().limit(MOST_LINES).collect(Collectors.joining("\n"));
      text.append("\n\n").append(code);
      html.append("<pre>").append(Javadoc.escape(code)).append("</pre>");
      return;
    }
    Javadoc comment = new Javadoc(found.comment());
    text.append("\n\n").append(comment.text());
    html.append(comment.html());
  }

  /** The declaration with a comment, of the type itself or of what it overrides. */
  private Optional<SourceFile.Found> declaration(Signature signature, Set<Path> looked) {
    Optional<SourceFile.Found> best = Optional.empty();
    for (List<String> owner : owners(signature)) {
      Sources.Result file = sources.of(owner.get(0));
      looked.addAll(file.looked());
      Optional<SourceFile.Found> found =
          file.text()
              .flatMap(SourceFile::parse)
              .flatMap(parsed -> parsed.find(names(owner), signature));
      if (found.isPresent() && found.get().comment() != null) {
        return found;
      }
      best = best.isPresent() ? best : found;
    }
    return best;
  }

  private static List<String> names(List<String> owner) {
    List<String> out = new ArrayList<>(owner);
    out.set(0, owner.get(0).substring(owner.get(0).lastIndexOf('.') + 1));
    return out;
  }

  /**
   * Types that may declare it, the likeliest first: each the full name of a type that is not
   * nested, then the names of nested ones.
   */
  private List<List<String>> owners(Signature signature) {
    Set<List<String>> out = new LinkedHashSet<>();
    for (List<String> path : paths(signature.owner())) {
      Optional<Class<?>> type = load(path);
      if (type.isPresent() && has(type.get(), signature)) {
        out.add(path);
        supertypes(type.get(), out, signature);
      }
    }
    return out.stream().limit(MOST_SUPERTYPES).toList();
  }

  private List<List<String>> paths(String owner) {
    String[] parts = owner.split("\\.");
    List<List<String>> out = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) { // the first name with a capital is a type's
      if (Character.isUpperCase(parts[i].charAt(0))) {
        List<String> nested = Arrays.asList(parts).subList(i + 1, parts.length);
        String head = String.join(".", Arrays.asList(parts).subList(0, i + 1));
        List<String> names = i > 0 ? List.of(head) : ranked(head);
        for (String name : names) {
          List<String> path = new ArrayList<>(List.of(name));
          path.addAll(nested);
          out.add(path);
        }
        return out;
      }
    }
    return out;
  }

  /** Full names of a simple one, those that the notebook imports first. */
  private List<String> ranked(String simple) {
    List<String> imports = analysis.imports();
    List<String> out = new ArrayList<>(types.named(simple));
    out.sort(
        java.util.Comparator.comparingInt(
            name -> {
              String packageName = name.substring(0, Math.max(0, name.lastIndexOf('.')));
              boolean near =
                  packageName.equals("java.lang")
                      || imports.contains(name)
                      || imports.contains(packageName + ".*");
              return near ? 0 : 1;
            }));
    return out;
  }

  /** The type of a name, in full or simple. */
  Optional<Class<?>> type(String name) {
    return paths(name).stream().map(this::load).flatMap(Optional::stream).findFirst();
  }

  private Optional<Class<?>> load(List<String> path) {
    try {
      return Optional.of(Class.forName(String.join("$", path), false, analysis.loader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  private static boolean has(Class<?> type, Signature signature) {
    if (signature.name() == null || signature.name().equals(type.getSimpleName())) {
      return true;
    }
    try {
      return signature.parameters() == null
          ? Arrays.stream(type.getDeclaredFields())
              .anyMatch(f -> f.getName().equals(signature.name()))
          : Arrays.stream(type.getDeclaredMethods())
              .anyMatch(
                  m ->
                      m.getName().equals(signature.name())
                          && m.getParameterCount() == signature.parameters().size());
    } catch (LinkageError e) {
      return true; // it names types that are not there
    }
  }

  private static void supertypes(Class<?> type, Set<List<String>> out, Signature signature) {
    List<Class<?>> above = new ArrayList<>(List.of(type.getInterfaces()));
    if (type.getSuperclass() != null) {
      above.add(0, type.getSuperclass());
    }
    for (Class<?> each : above) {
      if (signature.name() != null && signature.parameters() != null && has(each, signature)) {
        out.add(Arrays.asList(each.getName().split("\\$")));
      }
      supertypes(each, out, signature);
    }
  }
}
