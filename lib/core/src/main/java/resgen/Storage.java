package resgen;

import java.util.List;
import java.util.function.Function;
import resgen.torch.EightBit;

/** How a model's file holds its matrices; vectors are float32 in both. */
public enum Storage {
  /** Half floats: eleven bits of each value, two bytes. */
  HALF("half", "half"),

  /** A byte for each value and a scale for each row, as {@link EightBit} has it. */
  EIGHT_BIT("8bit", "int8");

  private final String label;
  private final String key;

  Storage(String label, String key) {
    this.label = label;
    this.key = key;
  }

  /** The word of the command line, {@code half} or {@code 8bit}. */
  public String label() {
    return label;
  }

  /**
   * The storage of a label.
   *
   * @throws IllegalArgumentException if there is none, naming those there are
   */
  public static Storage of(String label) {
    return find(Storage::label, label, "storage %s is unknown; allowed are %s");
  }

  /** The value of {@code storage} in a file's metadata. */
  String key() {
    return key;
  }

  /** The storage of a file; files from before there were two do not say it. */
  static Storage ofKey(String key) {
    String said = key == null ? HALF.key : key;
    return find(Storage::key, said, "its storage is %s; readable are %s");
  }

  private static Storage find(Function<Storage, String> word, String wanted, String message) {
    List<Storage> all = List.of(values());
    return all.stream()
        .filter(storage -> word.apply(storage).equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    message.formatted(wanted, String.join(", ", all.stream().map(word).toList()))));
  }
}
