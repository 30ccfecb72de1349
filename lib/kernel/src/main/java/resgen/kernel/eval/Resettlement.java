package resgen.kernel.eval;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Carries what variables hold over to the new shapes of its classes. */
final class Resettlement {
  private final LiveVariables variables;
  private final Heirs heirs;
  private final Set<String> carried = new TreeSet<>();
  private final Set<String> lost = new TreeSet<>();

  /**
   * @param newest the newest version of a class
   */
  Resettlement(LiveVariables variables, UnaryOperator<Class<?>> newest) {
    this.variables = variables;
    heirs = new Heirs(newest);
  }

  /**
   * Carries over the values of all variables.
   *
   * @param left values of variables whose type is of another class now
   * @return what became of them in one sentence, or null when nothing did
   */
  String run(Map<String, Object> left) {
    left.forEach(
        (name, value) -> note(name, variables.set(name, heirs.of(value)) ? carried : lost));
    for (Map.Entry<String, Field> variable : variables.fields().entrySet()) {
      int before = heirs.made();
      Object value = LiveVariables.get(variable.getValue());
      Object heir = heirs.of(value);
      boolean kept = heir == value || LiveVariables.set(variable.getValue(), heir);
      if (heirs.made() > before) {
        note(variable.getKey(), kept ? carried : lost);
      }
    }
    return sentence();
  }

  private static void note(String name, Set<String> where) {
    if (!name.startsWith("$")) {
      where.add(name);
    }
  }

  private String sentence() {
    StringBuilder out = new StringBuilder();
    if (!lost.isEmpty()) {
      out.append("lost the value of ").append(String.join(", ", lost));
      out.append(": its class was defined anew");
    }
    if (!carried.isEmpty()) {
      out.append(out.length() > 0 ? "; " : "").append("carried over to the new class: ");
      out.append(String.join(", ", carried));
      if (!heirs.newFields().isEmpty()) {
        out.append(" (new fields are empty there: ").append(String.join(", ", heirs.newFields()));
        out.append(')');
      }
    }
    return out.length() == 0 ? null : out.toString();
  }
}
