package resgen.lab.metric;

import java.util.Arrays;
import resgen.codec.Tokens;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.token.Condition;

/**
 * Samples that use no context: each position's tokens, all depths together, come from a random
 * training example of the same class. A generator that does no better has learned nothing of how
 * positions belong together.
 */
public final class ShuffleBaseline {

  private ShuffleBaseline() {}

  /**
   * Shuffled codes.
   *
   * @param tokens of the training media
   * @param labels class of each sample
   * @param seed of the choice; sample i depends on (seed, i) only
   * @throws IllegalArgumentException naming a class of which there is no example, or if the tokens
   *     have no classes
   */
  public static Codes codes(Tokens tokens, int[] labels, long seed) {
    int[][] byClass = byClass(tokens);
    Noise noise = Noise.of(seed).fork("shuffle baseline");
    int positions = tokens.codes().positions();
    int depth = tokens.codes().depth();
    int[] values = new int[Math.multiplyExact(labels.length, positions * depth)];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= byClass.length || byClass[labels[i]].length == 0) {
        throw new IllegalArgumentException("no training example is of class " + labels[i]);
      }
      int[] images = byClass[labels[i]];
      Noise.Stream stream = noise.stream(i);
      for (int l = 0; l < positions; l++) {
        int image = images[stream.nextInt(images.length)];
        for (int j = 0; j < depth; j++) {
          values[(i * positions + l) * depth + j] = tokens.codes().get(image, l, j);
        }
      }
    }
    return Codes.of(values, positions, depth);
  }

  private static int[][] byClass(Tokens tokens) {
    if (!(tokens.condition() instanceof Condition.Classes classes)) {
      throw new IllegalArgumentException(
          "tokens are shuffled within classes, but these have " + tokens.condition());
    }
    int[] counts = new int[classes.count()];
    int[] labels = classes.ids();
    for (int label : labels) {
      counts[label]++;
    }
    int[][] examples = new int[counts.length][];
    Arrays.setAll(examples, c -> new int[counts[c]]);
    for (int i = labels.length - 1; i >= 0; i--) {
      examples[labels[i]][--counts[labels[i]]] = i;
    }
    return examples;
  }
}
