package resgen.model;

import resgen.nn.Parameters;
import resgen.settings.Variants;

/**
 * What a generator is told of a sample, as settings. One of one's own is a record that implements
 * this interface, made known to JSON by {@link resgen.settings.Json#register}.
 */
@Variants({ConditionSpec.Classes.class, ConditionSpec.None.class})
public interface ConditionSpec {

  /**
   * Declares what embeds it.
   *
   * @param parameters of the whole model
   * @param width W
   * @param input whether it also goes into the network's input
   */
  Conditioner build(Parameters parameters, int width, Conditioner.Input input);

  /**
   * A class; a further, learned one stands for none.
   *
   * @param count how many there are
   */
  record Classes(int count) implements ConditionSpec {
    public Classes {
      if (count < 1 || count > 1 << 24) {
        throw new IllegalArgumentException("classes " + count + " must be 1 … 2²⁴");
      }
    }

    @Override
    public Conditioner build(Parameters parameters, int width, Conditioner.Input input) {
      return new ClassConditioner(parameters, count, width, input);
    }
  }

  /** Nothing. */
  record None() implements ConditionSpec {
    @Override
    public Conditioner build(Parameters parameters, int width, Conditioner.Input input) {
      return new ClassConditioner(parameters, 0, width, input);
    }
  }
}
