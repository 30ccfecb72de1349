package resgen.lab.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import resgen.codec.Codec;
import resgen.codec.Media;
import resgen.codec.Medium;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.reference.PlainRvq;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Graphs;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.Torch;

/** Work apart from the generator: matrix products, quantizing, encoding and decoding media. */
final class ArrayTasks {

  private static final String PRODUCT =
      """
      def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return torch.linear(a.to(@P@), b.to(@P@)).to(6)
      """;

  private ArrayTasks() {}

  /** The large matrix product that the machine's own rate is read from. */
  static Task matrixProduct(int side, Precision precision) {
    return new Task(
        "matrix-product-" + precision.label(),
        "products",
        1,
        0,
        2.0 * side * side * side,
        (manager, closing) -> {
          NDArray a = manager.randomNormal(new Shape(side, side));
          NDArray b = manager.randomNormal(new Shape(side, side));
          String name = "product-" + precision.name().toLowerCase(Locale.ROOT);
          Kernel product = Kernel.compile(name, PRODUCT, precision);
          return () -> Torch.scoped(() -> product.apply(a, b).getShape());
        });
  }

  /**
   * Quantizing vectors through 16 depths of 1024 codes of 64 dimensions.
   *
   * @param plain by plain array operations, not by the kernel
   */
  static Task residualEncode(int vectors, boolean plain) {
    TokenSpec shape = BenchPreset.tokens(8, 16, 1024, 64);
    return new Task(
        "residual-encode",
        "vectors",
        vectors,
        0,
        2.0 * vectors * shape.depth() * shape.codes() * shape.dimension(),
        (manager, closing) -> {
          Codebooks books = RandomTokens.books(manager, shape);
          NDArray array = books.array();
          NDArray z = manager.randomNormal(new Shape(vectors, 64)).mul(0.125f);
          Graphs graphs = Graphs.on(manager);
          closing.push(graphs::close);
          return plain
              ? () -> Torch.scoped(() -> PlainRvq.encode(z, array).getShape())
              : () ->
                  Torch.scoped(
                      () ->
                          graphs
                              .apply("encode", z, x -> new NDList(books.encode(x).codes()))
                              .head()
                              .getShape());
        });
  }

  /**
   * Media to tokens, a codec's network and its quantizing; and tokens to media.
   *
   * @param codec name of a shipped checkpoint, or a file
   */
  static List<Task> tokenizer(String codec, int count) {
    return List.of(
        new Task(
            "tokenizer-encode",
            "images",
            count,
            0,
            0,
            (manager, closing) -> encode(open(codec, closing), count)),
        new Task(
            "tokenizer-decode",
            "images",
            count,
            0,
            0,
            (manager, closing) -> decode(open(codec, closing), count)));
  }

  private static Codec<?> open(String name, Deque<Runnable> closing) {
    Codec<?> codec = Medium.open(name);
    closing.push(codec::close);
    return codec;
  }

  private static <X extends Media<X>> Runnable encode(Codec<X> codec, int count) {
    X media = codec.decode(codes(codec, count), conditions(codec, count));
    return () -> codec.encode(media);
  }

  private static <X extends Media<X>> Runnable decode(Codec<X> codec, int count) {
    Codes codes = codes(codec, count);
    Condition conditions = conditions(codec, count);
    return () -> codec.decode(codes, conditions);
  }

  private static Codes codes(Codec<?> codec, int count) {
    Noise.Stream noise = Noise.of(6).stream(0);
    int[] values =
        IntStream.generate(() -> noise.nextInt(codec.spec().codes()))
            .limit((long) count * codec.spec().tokens())
            .toArray();
    return Codes.of(values, codec.spec().positions(), codec.spec().depth());
  }

  private static Condition conditions(Codec<?> codec, int count) {
    int classes = codec.classNames().size();
    return classes == 0
        ? new Condition.None(count)
        : new Condition.Classes(
            IntStream.range(0, count).map(i -> i % classes).toArray(), codec.classNames());
  }
}
