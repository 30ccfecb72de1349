package resgen.audio.vocoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import resgen.audio.LogMel;
import resgen.audio.MelScales;
import resgen.audio.MelTransform;
import resgen.audio.Recordings;
import resgen.audio.Speech;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.token.Batches;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;

/** A vocoder while it learns to give crops of sounds back from their spectrograms. */
final class IstftTraining implements Trainable, AutoCloseable {

  private static final int VALIDATION = 64; // utterances
  private static final int MEASURED = 256; // utterances that level and deviation are of

  private final IstftSettings settings;
  private final Speech speech;
  private final Speech held;
  private final Recordings sounds;
  private final Recordings validation;
  private final NDManager manager = Torch.manager();
  private final MelTransform transform;
  private final MelScales scales;
  private final Parameters parameters;
  private final IstftNetwork network;
  private final Noise noise;
  private final double level;
  private final double deviation;
  private Batches batches;

  IstftTraining(Speech speech, Speech validation, IstftSettings settings, Training training) {
    this.settings = settings;
    this.speech = speech;
    held = validation.range(0, Math.min(VALIDATION, validation.size()));
    sounds = Recordings.of(speech, settings.mel().rate());
    this.validation = Recordings.of(held, settings.mel().rate());
    transform = new MelTransform(settings.mel());
    scales = new MelScales(settings.scales(), settings.mel().rate());
    parameters = Parameters.on(manager, training.seed());
    network = new IstftNetwork(parameters, settings, transform, Precision.of(settings.precision()));
    noise = Noise.of(training.seed()).fork("vocoder");
    double[] statistics = statistics();
    level = statistics[0];
    deviation = statistics[1];
  }

  /** Mean and standard deviation of log-mel values. */
  private double[] statistics() {
    List<LogMel> mels =
        IntStream.range(0, Math.min(MEASURED, sounds.size()))
            .mapToObj(
                i ->
                    Torch.scoped(
                        () -> Torch.read(transform.logMel(first(sounds, i, sounds.length(i))))))
            .map(values -> new LogMel(values, settings.mel()))
            .toList();
    return LogMel.statistics(speech.name(), mels);
  }

  /** The first samples of a sound, {@code [1, T]}. */
  private NDArray first(Recordings of, int sound, int count) {
    return Torch.floats(manager, of.first(sound, count), 1, count);
  }

  double level() {
    return level;
  }

  double deviation() {
    return deviation;
  }

  @Override
  public IstftSettings settings() {
    return settings;
  }

  @Override
  public Map<String, String> inputs() {
    return Map.of("data", speech.fingerprint(), "validation", held.fingerprint());
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  /** The sound that the network makes of a sound's spectrogram. */
  private NDArray again(NDArray sound) {
    NDArray mel = transform.logMel(sound); // [B, F, M]
    return network.sound(mel.sub((float) level).div((float) deviation));
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    if (batches == null) {
      batches = Batches.of(speech.size(), training.batch(), training.seed());
    }
    int[] chosen = Arrays.copyOfRange(batches.indices(step), from, from + count);
    int length = (settings.crop() - 1) * settings.mel().hop();
    float[] values = sounds.crops(chosen, length, noise.stream(step, from));
    NDArray x = Torch.floats(manager, values, count, length); // [B, T]
    NDArray apart = scales.apart(again(x), x);
    return Loss.of(apart, "mel_l1_scales", apart);
  }

  /** Mean absolute error of log-mel spectrograms of whole utterances in nats. */
  @Override
  public Map<String, Double> validate(Training training) {
    double sum = 0;
    double count = 0;
    int hop = settings.mel().hop();
    for (int i = 0; i < validation.size(); i++) {
      int sound = i;
      int length = Math.max(1, validation.length(i) / hop) * hop;
      double[] apart =
          Torch.scoped(
              () -> {
                NDArray x = first(validation, sound, length);
                NDArray d = transform.logMel(again(x)).sub(transform.logMel(x)).abs();
                return new double[] {d.sum().getFloat(), d.size()};
              });
      sum += apart[0];
      count += apart[1];
    }
    return Map.of("validation_mel_l1", sum / count);
  }

  @Override
  public void close() {
    parameters.close();
    scales.close();
    transform.close();
    manager.close();
  }
}
