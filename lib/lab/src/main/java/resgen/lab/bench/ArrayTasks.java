package resgen.lab.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.vision.tokenizer.Autoencoder;
import resgen.vision.tokenizer.TokenizerSettings;

/** Work apart from the generator: matrix products, quantizing, the tokenizer's network. */
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
        2.0 * side * side * side,
        () -> {
          NDManager manager = Torch.manager();
          NDArray a = manager.randomNormal(new Shape(side, side));
          NDArray b = manager.randomNormal(new Shape(side, side));
          Kernel product =
              Kernel.compile(
                  "product-" + precision.name().toLowerCase(Locale.ROOT), PRODUCT, precision);
          return Task.Work.of(
              () -> Torch.scoped(() -> product.apply(a, b).getShape()), manager::close);
        });
  }

  /** Quantizing vectors through 16 depths of 1024 codes of 64 dimensions. */
  static Task residualEncode(int vectors) {
    TokenShape shape = new TokenShape(8, 16, 1024, 64, 1);
    return new Task(
        "residual-encode",
        "vectors",
        vectors,
        Flops.quantize(vectors, shape.depth(), shape.codes(), shape.dimension()),
        () -> {
          NDManager manager = Torch.manager();
          Codebooks books = RandomTokens.books(manager, shape);
          NDArray z =
              manager.randomNormal(
                  0, 0.125f, new Shape(vectors, 64), ai.djl.ndarray.types.DataType.FLOAT32);
          return Task.Work.of(
              () -> Torch.scoped(() -> books.encode(z).codes().getShape()), manager::close);
        });
  }

  /** Images to latents, by a tokenizer's network with random weights, in float32 as shipped. */
  static Task tokenizerEncode(TokenizerSettings settings, int images) {
    return new Task(
        "tokenizer-encode",
        "images",
        images,
        0,
        () -> {
          NDManager manager = Torch.manager();
          Autoencoder network = network(manager, settings);
          long side = settings.autoencoder().imageSize();
          NDArray x =
              manager.randomUniform(
                  -1, 1, new Shape(images, settings.autoencoder().channels(), side, side));
          return Task.Work.of(
              () -> Torch.scoped(() -> network.encode(x).getShape()), manager::close);
        });
  }

  /** Latents to images; likewise. */
  static Task tokenizerDecode(TokenizerSettings settings, int images) {
    return new Task(
        "tokenizer-decode",
        "images",
        images,
        0,
        () -> {
          NDManager manager = Torch.manager();
          Autoencoder network = network(manager, settings);
          NDArray z =
              manager.randomNormal(
                  new Shape(images, settings.positions(), settings.autoencoder().latent()));
          return Task.Work.of(
              () -> Torch.scoped(() -> network.decode(z).getShape()), manager::close);
        });
  }

  private static Autoencoder network(NDManager manager, TokenizerSettings settings) {
    Parameters parameters = Parameters.on(manager, 0);
    Autoencoder network = new Autoencoder(parameters, settings.autoencoder(), Precision.FP32);
    parameters.freeze();
    return network;
  }
}
