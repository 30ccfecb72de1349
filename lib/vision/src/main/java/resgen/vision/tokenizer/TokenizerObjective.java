package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;

/** What a tokenizer's training minimises, term by term; see {@link TokenizerSettings.Loss}. */
final class TokenizerObjective implements AutoCloseable {

  private final TokenizerSettings.Loss weights;
  private final Optional<FeatureDistance> features;
  private final Optional<Adversary> adversary;
  private final NDArray last;
  private final long adversarialFrom;

  /**
   * An objective.
   *
   * @param last weight of the decoder's last layer
   * @throws IllegalArgumentException if the settings weigh features and there is no extractor
   */
  TokenizerObjective(
      NDManager manager,
      TokenizerSettings settings,
      Training training,
      Optional<FeatureDistance> features,
      NDArray last) {
    weights = settings.loss();
    if (weights.feature() > 0 && features.isEmpty()) {
      throw new IllegalArgumentException(
          "feature weight " + weights.feature() + " needs a feature distance; none is given");
    }
    this.features = features.filter(distance -> weights.feature() > 0);
    this.last = last;
    adversary =
        weights.adversarial() > 0
            ? Optional.of(new Adversary(manager, settings.autoencoder(), training))
            : Optional.empty();
    adversarialFrom = (long) Math.floor(weights.adversarialFrom() * training.steps());
  }

  /**
   * The loss of a micro-batch; also adds to the discriminator's gradients where it has joined.
   *
   * @param images {@code [B, C, S, S]} in [-1, 1]
   * @param decoded the reconstruction, with its graph
   * @param commitment the mean squared distance of latents to partial sums; empty before quantizing
   * @param step counted from 0
   * @param share of the micro-batch in the batch
   * @param ofBatch the adaptive weight, see {@link #balance}; empty if the micro-batch is the batch
   */
  Trainable.Loss of(
      NDArray images,
      NDArray decoded,
      Optional<NDArray> commitment,
      long step,
      double share,
      Optional<NDArray> ofBatch) {
    Map<String, NDArray> parts = new LinkedHashMap<>();
    NDArray close = close(images, decoded, parts);
    NDArray total = close;
    if (commitment.isPresent()) {
      parts.put("commitment", commitment.get());
      total = total.add(Torch.scale(commitment.get(), weights.commitment()));
    }
    if (judges(step)) {
      NDArray generator = adversary.orElseThrow().generator(decoded);
      NDArray balance =
          ofBatch.isPresent() ? ofBatch.get() : adversary.get().balance(close, generator, last);
      total = total.add(Torch.scale(generator.mul(balance), weights.adversarial()));
      parts.put("adversarial", generator);
      parts.put("adaptive_weight", balance);
      parts.put("discriminator", adversary.get().learn(images, decoded, share));
    }
    return new Trainable.Loss(total, parts);
  }

  /** The squared error, and the feature distance if it is weighed. */
  private NDArray close(NDArray images, NDArray decoded, Map<String, NDArray> parts) {
    NDArray error = decoded.sub(images);
    NDArray close = error.mul(error).mean();
    parts.put("reconstruction", close);
    if (features.isPresent()) {
      NDArray feature = features.get().between(decoded, images);
      parts.put("feature", feature);
      close = close.add(Torch.scale(feature, weights.feature()));
    }
    return close;
  }

  /** Whether the discriminator has joined at a step, counted from 0. */
  boolean judges(long step) {
    return adversary.isPresent() && step >= adversarialFrom;
  }

  /**
   * What the adaptive weight of a batch is made of: the gradients of reconstruction and generator
   * loss at the decoder's last layer. Those of a batch are the means of its parts', and its weight
   * is of these means, which no part knows.
   */
  NDList slopes(NDArray images, NDArray decoded) {
    NDArray close = close(images, decoded, new LinkedHashMap<>());
    return adversary.orElseThrow().slopes(close, adversary.get().generator(decoded), last);
  }

  /** The adaptive weight from the sums of the {@link #slopes} of so many parts. */
  NDArray balance(NDArray reconstruction, NDArray generator, int parts) {
    return adversary.orElseThrow().balance(reconstruction, generator, parts);
  }

  /** After the batch's step, the discriminator's own; {@code step} counted from 0. */
  void afterStep(Training training, long step) {
    if (step >= adversarialFrom) {
      adversary.ifPresent(judge -> judge.step(training, step));
    }
  }

  Map<String, NDArray> state() {
    return adversary.map(Adversary::state).orElse(Map.of());
  }

  @Override
  public void close() {
    adversary.ifPresent(Adversary::close);
  }
}
