package resgen.codec;

import java.util.function.Supplier;

/**
 * Media to train on and media held out, read when they are asked for.
 *
 * @param <X> the media
 */
public interface DataSet<X extends Media<X>> {

  /** What it is called, as {@code fashion-mnist}. */
  String name();

  /** What models learn from and samples are compared with. */
  X train();

  /** What no model has seen. */
  X test();

  /** A set whose two parts are read by these. */
  static <X extends Media<X>> DataSet<X> of(String name, Supplier<X> train, Supplier<X> test) {
    return new DataSet<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public X train() {
        return train.get();
      }

      @Override
      public X test() {
        return test.get();
      }
    };
  }
}
