package resgen.audio;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A phone of an utterance.
 *
 * @param name as the synthesiser calls it, "pau" for a pause
 * @param end in seconds from the beginning of the utterance
 */
public record Phone(String name, double end) {

  public Phone {
    if (name.isBlank() || name.contains(":") || !(end >= 0) || Double.isInfinite(end)) {
      throw new IllegalArgumentException("phone '" + name + "' that ends at " + end + " s");
    }
  }

  /** Phones from text as {@code pau:0.195 b:0.244}. */
  public static List<Phone> parse(String text) {
    List<Phone> phones = new ArrayList<>();
    double before = 0;
    for (String word : text.strip().split("\\s+")) {
      int colon = word.indexOf(':');
      if (colon < 1) {
        throw new IllegalArgumentException("'" + word + "' is no phone with its end");
      }
      Phone phone;
      try {
        phone = new Phone(word.substring(0, colon), Double.parseDouble(word.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + word + "' is no phone with its end", e);
      }
      if (phone.end < before) {
        throw new IllegalArgumentException("phone '" + word + "' ends before the one before it");
      }
      before = phone.end;
      phones.add(phone);
    }
    return phones;
  }

  /** The text that {@link #parse} reads, ends to the tenth of a millisecond. */
  public static String format(List<Phone> phones) {
    return phones.stream()
        .map(phone -> String.format(Locale.US, "%s:%.4f", phone.name, phone.end))
        .collect(Collectors.joining(" "));
  }
}
