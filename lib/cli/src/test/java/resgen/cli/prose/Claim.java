package resgen.cli.prose;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import resgen.lab.study.Spread;

/**
 * A piece of prose with its numbers left to where they come from: {@code {source : 2}} is the
 * number with two digits, {@code {source : 2±}} with its deviation too, {@code {source : 1%}} a
 * hundred times it, {@code {source : ,}} a whole number with commas. A source may be divided by
 * another one, or by and with a plain number: {@code {a[b].c / d[e].f : 2±}}. Text outside of
 * braces stands as it is; its numbers are what a reader is told, not what was measured.
 *
 * @param text of the claim
 */
record Claim(String text) {

  private static final Pattern NUMBER = Pattern.compile("\\{(.*?) : ([^{}]*?)\\}");
  private static final Pattern OPERATOR = Pattern.compile(" ([/*+-]) ");

  /** The prose as it has to stand. */
  String written() {
    Matcher number = NUMBER.matcher(text);
    StringBuilder out = new StringBuilder();
    while (number.find()) {
      number.appendReplacement(
          out, Matcher.quoteReplacement(format(value(number.group(1)), number.group(2))));
    }
    return number.appendTail(out).toString().strip().replaceAll("\\s+", " ");
  }

  private static Spread value(String expression) {
    Matcher operator = OPERATOR.matcher(expression);
    int from = 0;
    char pending = 0;
    Spread value = null;
    while (operator.find()) {
      if (inside(expression, operator.start())) {
        continue;
      }
      value = applied(value, pending, term(expression.substring(from, operator.start())));
      pending = operator.group(1).charAt(0);
      from = operator.end();
    }
    return applied(value, pending, term(expression.substring(from)));
  }

  /** Whether a place is between brackets. */
  private static boolean inside(String expression, int at) {
    return expression.lastIndexOf('[', at) > expression.lastIndexOf("].", at);
  }

  private static Spread term(String text) {
    return text.strip().matches("[\\d.e]+")
        ? new Spread(Double.parseDouble(text.strip()), 0, 1)
        : Source.of(text.strip());
  }

  private static Spread applied(Spread left, char operator, Spread right) {
    if (left == null) {
      return right;
    }
    return switch (operator) {
      case '/' -> left.over(right);
      case '*' ->
          new Spread(
              left.mean() * right.mean(), left.deviation() * right.mean(), left.repetitions());
      case '+' -> new Spread(left.mean() + right.mean(), left.deviation(), left.repetitions());
      default -> new Spread(left.mean() - right.mean(), left.deviation(), left.repetitions());
    };
  }

  private static String format(Spread value, String how) {
    if (how.equals(",")) {
      return String.format(Locale.ROOT, "%,d", Math.round(value.mean()));
    }
    int digits = Character.digit(how.charAt(0), 10);
    return switch (how.substring(1)) {
      case "±" -> value.text(digits);
      case "%" -> new Spread(100 * value.mean(), Double.NaN, 1).text(digits);
      case "" -> new Spread(value.mean(), Double.NaN, 1).text(digits);
      default -> throw new IllegalArgumentException("no format '" + how + "' in a claim");
    };
  }
}
