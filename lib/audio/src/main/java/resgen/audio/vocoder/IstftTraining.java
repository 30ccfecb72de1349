package resgen.audio.vocoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import resgen.audio.MelScales;
import resgen.audio.MelTransform;
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
  private static final float FULL = 32_768; // of 16-bit samples
  private static final double LEAST_DEVIATION = 1e-6;

  private final IstftSettings settings;
  private final Speech speech;
  private final Speech held;
  private final List<short[]> sounds;
  private final List<short[]> validation;
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
    sounds = sounds(speech);
    this.validation = sounds(held);
    transform = new MelTransform(settings.mel());
    scales = new MelScales(settings.scales(), settings.mel().rate());
    parameters = Parameters.on(manager, training.seed());
    network = new IstftNetwork(parameters, settings, transform, Precision.of(settings.precision()));
    noise = Noise.of(training.seed()).fork("vocoder");
    double[] statistics = statistics();
    level = statistics[0];
    deviation = statistics[1];
  }

  /** 16-bit samples, two bytes of memory each. */
  private List<short[]> sounds(Speech of) {
    List<short[]> all = new ArrayList<>();
    for (int i = 0; i < of.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after reading %,d of %,d sounds".formatted(i, of.size()));
      }
      all.add(of.get(i).clip().resample(settings.mel().rate()).pcm16());
    }
    return all;
  }

  /** Mean and standard deviation of log-mel values. */
  private double[] statistics() {
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (short[] sound : sounds.subList(0, Math.min(MEASURED, sounds.size()))) {
      float[] values =
          Torch.scoped(() -> Torch.read(transform.logMel(array(sound, 0, sound.length))));
      for (float v : values) {
        sum += v;
        squares += (double) v * v;
      }
      count += values.length;
    }
    double mean = sum / count;
    double root = Math.sqrt(Math.max(0, squares / count - mean * mean));
    if (!(root > LEAST_DEVIATION)) {
      throw new IllegalArgumentException(speech.name() + ": all spectrograms are alike");
    }
    return new double[] {mean, root};
  }

  /** Samples of a sound, silence after its end, {@code [1, T]}. */
  private NDArray array(short[] sound, int from, int length) {
    float[] values = new float[length];
    fill(values, 0, length, sound, from);
    return Torch.floats(manager, values, 1, length);
  }

  private static void fill(float[] into, int at, int length, short[] sound, int from) {
    for (int t = 0; t < Math.min(length, sound.length - from); t++) {
      into[at + t] = sound[from + t] / FULL;
    }
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
    Noise.Stream places = noise.stream(step, from);
    int length = (settings.crop() - 1) * settings.mel().hop();
    float[] values = new float[count * length];
    for (int i = 0; i < count; i++) {
      short[] sound = sounds.get(chosen[i]);
      int begin = places.nextInt(Math.max(1, sound.length - length + 1));
      fill(values, i * length, length, sound, begin);
    }
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
    for (short[] sound : validation) {
      int length = Math.max(1, sound.length / hop) * hop;
      double[] apart =
          Torch.scoped(
              () -> {
                NDArray x = array(sound, 0, length);
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
