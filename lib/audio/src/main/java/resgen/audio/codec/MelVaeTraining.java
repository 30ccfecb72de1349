package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import resgen.audio.LogMel;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.noise.Noise;
import resgen.settings.SourceCommit;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;

/**
 * A Mel-VAE while it learns: crops are of spectrograms, the error is the mean absolute one in
 * standard deviations.
 */
final class MelVaeTraining extends AutoencoderTraining<MelVae> {

  private static final int AT_ONCE = 64;

  private final MelVaeSettings settings;
  private final List<LogMel> mels;
  private final List<LogMel> validation;
  private final double level;
  private final double deviation;

  private MelVaeTraining(
      Speech speech,
      Speech held,
      List<LogMel> mels,
      List<LogMel> validation,
      double[] statistics,
      MelVaeSettings settings,
      Training training) {
    super(
        speech,
        held,
        new Common(
            settings.quantizer(),
            1,
            settings.commitment(),
            settings.quantizeFrom(),
            settings.crop() / settings.stride(),
            AT_ONCE,
            settings.precision()),
        training,
        "mel codec",
        (parameters, precision) -> new MelVae(parameters, settings, precision));
    this.settings = settings;
    this.mels = mels;
    this.validation = validation;
    level = statistics[0];
    deviation = statistics[1];
  }

  private static MelVaeTraining of(
      Speech speech, Speech validation, MelVaeSettings settings, Training training) {
    Speech held = measured(validation);
    List<LogMel> mels = mels(speech, settings);
    List<LogMel> measured = mels(held, settings);
    double[] statistics = LogMel.statistics(speech.name(), mels);
    return new MelVaeTraining(speech, held, mels, measured, statistics, settings, training);
  }

  /** Spectrograms of at least a crop: shorter ones end in their last frame. */
  private static List<LogMel> mels(Speech speech, MelVaeSettings settings) {
    try (MelTransform transform = new MelTransform(settings.mel())) {
      return read(
          speech,
          "spectrograms",
          utterance -> {
            LogMel mel = transform.of(utterance);
            return mel.frames() < settings.crop()
                ? SpectrogramCodec.filled(mel, settings.crop())
                : mel;
          });
    }
  }

  @Override
  public MelVaeSettings settings() {
    return settings;
  }

  /** {@inheritDoc} Normalised, {@code [B, crop, M]}. */
  @Override
  NDArray crops(int[] chosen, Noise.Stream places) {
    int m = settings.mel().mels();
    float[] values = new float[chosen.length * settings.crop() * m];
    for (int i = 0; i < chosen.length; i++) {
      LogMel mel = mels.get(chosen[i]);
      int from = places.nextInt(mel.frames() - settings.crop() + 1);
      for (int f = 0; f < settings.crop(); f++) {
        for (int b = 0; b < m; b++) {
          values[(i * settings.crop() + f) * m + b] =
              (float) ((mel.get(from + f, b) - level) / deviation);
        }
      }
    }
    return Torch.floats(manager(), values, chosen.length, settings.crop(), m);
  }

  @Override
  NDArray error(NDArray crops, NDArray decoded) {
    return decoded.sub(crops).abs().mean();
  }

  @Override
  double[] distance(int utterance, UnaryOperator<NDArray> codec) {
    LogMel whole = SpectrogramCodec.filled(validation.get(utterance), settings.stride());
    int m = settings.mel().mels();
    NDArray x = Torch.floats(manager(), whole.values(), 1, whole.frames(), m); // [1, T, M]
    NDArray y = codec.apply(x.sub((float) level).div((float) deviation));
    NDArray apart = y.mul((float) deviation).add((float) level).sub(x);
    return new double[] {apart.abs().sum().getFloat(), whole.values().length};
  }

  /** {@link MelCodec#train}. */
  static MelCodec train(
      Speech speech,
      Speech validation,
      MelVaeSettings settings,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    try (MelVaeTraining model = of(speech, validation, settings, training);
        Trainer trainer = new Trainer(model, training, folder, listener)) {
      long steps = trainer.run().steps();
      MelCodec.Origin origin =
          new MelCodec.Origin(
              speech.name(),
              speech.fingerprint(),
              speech.speakers(),
              model.level,
              model.deviation,
              training,
              steps,
              SourceCommit.current(),
              LogMel.loudest(model.mels));
      return new MelCodec(settings, origin, model.freeze(trainer.ema().averages()));
    }
  }
}
