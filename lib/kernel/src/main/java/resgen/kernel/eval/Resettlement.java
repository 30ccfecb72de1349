package resgen.kernel.eval;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Carries what variables and static fields hold over to the new shapes of its classes. What fails
 * for one of them touches no other.
 */
final class Resettlement {
  private final LiveVariables variables;
  private final Heirs heirs;
  private final Set<String> carried = new TreeSet<>();
  private final Set<String> lost = new TreeSet<>();
  private final Map<String, String> kept = new TreeMap<>();
  private final Set<String> stale = new TreeSet<>();
  private final Set<String> stayed = new TreeSet<>();
  private final Set<String> anew = new TreeSet<>();

  /**
   * @param newest the newest version of a class
   * @param copies of code that uses older ones
   * @param bodies classes that got new method bodies in place
   */
  Resettlement(
      LiveVariables variables,
      UnaryOperator<Class<?>> newest,
      CodeCopies copies,
      Set<Class<?>> bodies) {
    this.variables = variables;
    heirs = new Heirs(newest, copies, bodies);
  }

  /** A static field of a class that has a newer shape. */
  void statics(Field old, Field now) {
    String name = Statics.name(now);
    Object value = LiveVariables.get(old);
    Object initial = LiveVariables.get(now);
    if (Statics.isFinal(now)) {
      if (value != initial && !isPlain(value)) { // another constant is what its author wants
        anew.add(name);
      }
      return;
    }
    Object heir = heir(name, value, old);
    if (heir == null && value != null || !LiveVariables.set(now, heir)) {
      anew.add(name);
    } else if (!Objects.equals(isPlain(heir) ? heir : null, isPlain(initial) ? initial : null)
        || !isPlain(heir)) {
      stayed.add(name);
    }
  }

  /** A static field of a class that got new method bodies in place, another initializer too. */
  void stays(Field field) {
    if (!Statics.isFinal(field) || !isPlain(LiveVariables.get(field))) {
      stayed.add(Statics.name(field));
    }
  }

  private static boolean isPlain(Object value) {
    return value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Character;
  }

  /** What a static field of a class that stays holds. */
  void update(Field field) {
    Object value = LiveVariables.get(field);
    Object heir = heir(Statics.name(field), value, field);
    if (heir != value && heir != null && !LiveVariables.set(field, heir)) {
      kept.put(Statics.name(field), "it is final");
    }
  }

  /** The heir, or null when there is none, which is noted. */
  private Object heir(String name, Object value, Field field) {
    try {
      return heirs.of(value);
    } catch (Heirs.NoHeir e) {
      if (field != null) {
        note(name, e);
      }
      return null;
    } finally {
      if (heirs.takeStale() && !name.startsWith("$")) {
        stale.add(name);
      }
    }
  }

  private void note(String name, Heirs.NoHeir why) {
    if (!name.startsWith("$")) {
      // Without JShell's names, and what the JVM says of modules.
      String text = why.getMessage().replaceAll("REPL\\.\\$JShell\\$\\w+\\$", "");
      kept.put(name, text.replaceFirst("(?s) \\(.* in (unnamed )?module .*", ""));
    }
  }

  /**
   * Carries over the values of all variables.
   *
   * @param left values of variables whose type is of another class now
   * @param roots static fields that may hold objects of old classes
   * @return what became of them in one sentence, or null when nothing did
   */
  String run(Map<String, Object> left, Collection<Field> roots) {
    left.forEach(
        (name, value) -> {
          Object heir = heir(name, value, null);
          note(name, heir != null && variables.set(name, heir) ? carried : lost);
        });
    for (Map.Entry<String, Field> variable : variables.fields().entrySet()) {
      Object value = LiveVariables.get(variable.getValue());
      Object heir = heir(variable.getKey(), value, variable.getValue());
      if (value == null || heir == null) {
        continue;
      }
      boolean fits = heir == value || LiveVariables.set(variable.getValue(), heir);
      if (heirs.touched()) {
        note(variable.getKey(), fits ? carried : lost);
      }
    }
    roots.forEach(this::update);
    return sentence();
  }

  private static void note(String name, Set<String> where) {
    if (!name.startsWith("$")) {
      where.add(name);
    }
  }

  private String sentence() {
    StringBuilder out = new StringBuilder();
    part(out, "lost the value of ", lost, ": its class was defined anew");
    String empty = String.join(", ", heirs.newFields());
    String fields = empty.isEmpty() ? "" : " (new fields are empty there: " + empty + ")";
    part(out, "carried over to the new class: ", carried, fields);
    kept.forEach(
        (name, why) ->
            part(out, "could not carry over ", Set.of(name), ", which stays as it was: " + why));
    String code = "; run the cell that made it again";
    part(out, "code that was compiled for the old class is still in ", stale, code);
    part(out, "static fields keep their values: ", stayed, "");
    part(out, "static fields begin anew: ", anew, "");
    return out.length() == 0 ? null : out.toString();
  }

  private static void part(StringBuilder out, String before, Set<String> names, String after) {
    if (!names.isEmpty()) {
      out.append(out.length() > 0 ? "; " : "").append(before);
      out.append(String.join(", ", names)).append(after);
    }
  }
}
