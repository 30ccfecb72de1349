package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import resgen.audio.MelScales;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.noise.Noise;
import resgen.settings.SourceCommit;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;

/**
 * A waveform RVQ-VAE while it learns: crops are of sounds, the error is the mean absolute one of
 * log-mel spectrograms in nats, averaged over scales.
 */
final class WaveVaeTraining extends AutoencoderTraining<WaveVae> {

  private static final float FULL = 32_768; // of 16-bit samples
  private static final int AT_ONCE = 16;

  private final WaveVaeSettings settings;
  private final List<short[]> sounds;
  private final List<short[]> validation;
  private final MelScales scales;
  private final MelTransform measure;

  private WaveVaeTraining(
      Speech speech,
      Speech held,
      List<short[]> sounds,
      List<short[]> validation,
      WaveVaeSettings settings,
      Training training) {
    super(
        speech,
        held,
        new Common(
            settings.quantizer(),
            settings.error(),
            settings.commitment(),
            settings.quantizeFrom(),
            settings.crop() / settings.samples(),
            AT_ONCE,
            settings.precision()),
        training,
        "wave codec",
        (parameters, precision) -> new WaveVae(parameters, settings, precision));
    this.settings = settings;
    this.sounds = sounds;
    this.validation = validation;
    int rate = settings.mel().rate();
    scales = new MelScales(settings.scales(), rate);
    measure = new MelTransform(settings.mel());
  }

  private static WaveVaeTraining of(
      Speech speech, Speech validation, WaveVaeSettings settings, Training training) {
    Speech held = measured(validation);
    List<short[]> sounds = sounds(speech, settings);
    return new WaveVaeTraining(speech, held, sounds, sounds(held, settings), settings, training);
  }

  /** 16-bit samples, two bytes of memory each. */
  private static List<short[]> sounds(Speech speech, WaveVaeSettings settings) {
    int rate = settings.mel().rate();
    return read(speech, "sounds", utterance -> utterance.clip().resample(rate).pcm16());
  }

  @Override
  public WaveVaeSettings settings() {
    return settings;
  }

  /** {@inheritDoc} {@code [B, crop]}; silence follows a sound that is shorter. */
  @Override
  NDArray crops(int[] chosen, Noise.Stream places) {
    int crop = settings.crop();
    float[] values = new float[chosen.length * crop];
    for (int i = 0; i < chosen.length; i++) {
      short[] sound = sounds.get(chosen[i]);
      int from = places.nextInt(Math.max(1, sound.length - crop + 1));
      for (int t = 0; t < Math.min(crop, sound.length); t++) {
        values[i * crop + t] = sound[from + t] / FULL;
      }
    }
    return Torch.floats(manager(), values, chosen.length, crop);
  }

  @Override
  NDArray error(NDArray crops, NDArray decoded) {
    return scales.apart(decoded, crops);
  }

  @Override
  double[] distance(int utterance, UnaryOperator<NDArray> codec) {
    short[] sound = validation.get(utterance);
    int each = settings.samples();
    float[] values = new float[(sound.length + each - 1) / each * each];
    for (int t = 0; t < sound.length; t++) {
      values[t] = sound[t] / FULL;
    }
    NDArray x = Torch.floats(manager(), values, 1, values.length); // [1, T]
    String heard = ":, :" + sound.length;
    NDArray apart =
        measure.logMel(codec.apply(x).get(heard)).sub(measure.logMel(x.get(heard))).abs();
    return new double[] {apart.sum().getFloat(), apart.size()};
  }

  @Override
  public void close() {
    scales.close();
    measure.close();
    super.close();
  }

  /** {@link WaveCodec#train}. */
  static WaveCodec train(
      Speech speech,
      Speech validation,
      WaveVaeSettings settings,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    try (WaveVaeTraining model = of(speech, validation, settings, training);
        Trainer trainer = new Trainer(model, training, folder, listener)) {
      long steps = trainer.run().steps();
      WaveCodec.Origin origin =
          new WaveCodec.Origin(
              speech.name(),
              speech.fingerprint(),
              speech.speakers(),
              training,
              steps,
              SourceCommit.current());
      return new WaveCodec(settings, origin, model.freeze(trainer.ema().averages()));
    }
  }
}
