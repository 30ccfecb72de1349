package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;

/** What a tokenizer's training minimises, term by term; see {@link TokenizerLoss}. */
final class TokenizerObjective implements AutoCloseable {

  private final TokenizerLoss weights;
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
   */
  Trainable.Loss of(
      NDArray images, NDArray decoded, Optional<NDArray> commitment, long step, double share) {
    Map<String, NDArray> parts = new LinkedHashMap<>();
    NDArray error = decoded.sub(images);
    NDArray close = error.mul(error).mean();
    parts.put("reconstruction", close);
    if (features.isPresent()) {
      NDArray feature = features.get().between(decoded, images);
      parts.put("feature", feature);
      close = close.add(Torch.scale(feature, weights.feature()));
    }
    NDArray total = close;
    if (commitment.isPresent()) {
      parts.put("commitment", commitment.get());
      total = total.add(Torch.scale(commitment.get(), weights.commitment()));
    }
    if (adversary.isPresent() && step >= adversarialFrom) {
      NDArray generator = adversary.get().generator(decoded);
      NDArray balance = adversary.get().balance(close, generator, last);
      total = total.add(Torch.scale(generator.mul(balance), weights.adversarial()));
      parts.put("adversarial", generator);
      parts.put("adaptive_weight", balance);
      parts.put("discriminator", adversary.get().learn(images, decoded, share));
    }
    return new Trainable.Loss(total, parts);
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
