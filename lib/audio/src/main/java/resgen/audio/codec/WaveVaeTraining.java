package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import resgen.audio.MelScales;
import resgen.audio.MelTransform;
import resgen.audio.Recordings;
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

  private static final int AT_ONCE = 16;

  private final WaveVaeSettings settings;
  private final Recordings sounds;
  private final Recordings validation;
  private final MelScales scales;
  private final MelTransform measure;

  private WaveVaeTraining(
      Speech speech,
      Speech held,
      Recordings sounds,
      Recordings validation,
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
    int rate = settings.mel().rate();
    Recordings sounds = Recordings.of(speech, rate);
    return new WaveVaeTraining(speech, held, sounds, Recordings.of(held, rate), settings, training);
  }

  @Override
  public WaveVaeSettings settings() {
    return settings;
  }

  /** {@inheritDoc} {@code [B, crop]}; silence follows a sound that is shorter. */
  @Override
  NDArray crops(int[] chosen, Noise.Stream places) {
    float[] values = sounds.crops(chosen, settings.crop(), places);
    return Torch.floats(manager(), values, chosen.length, settings.crop());
  }

  @Override
  NDArray error(NDArray crops, NDArray decoded) {
    return scales.apart(decoded, crops);
  }

  @Override
  double[] distance(int utterance, UnaryOperator<NDArray> codec) {
    int length = validation.length(utterance);
    int each = settings.samples();
    int whole = (length + each - 1) / each * each;
    NDArray x = Torch.floats(manager(), validation.first(utterance, whole), 1, whole); // [1, T]
    String heard = ":, :" + length;
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
