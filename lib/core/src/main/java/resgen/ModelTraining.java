package resgen;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.model.GeneratorSettings;
import resgen.model.GeneratorTraining;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.token.Condition;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;

/** From tokens to a trained model. */
final class ModelTraining {

  private ModelTraining() {}

  static Generator train(
      Tokens tokens,
      Tokens validation,
      Preset<?> preset,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    Codec<?> codec =
        tokens
            .codec()
            .orElseThrow(() -> new IllegalArgumentException("these tokens have no codec"));
    GeneratorSettings settings =
        preset.of(TokenShape.of(tokens.spec(), tokens.classNames().size()));
    ModelFile.fits(settings.tokens(), codec, tokens.classNames());
    Condition.Classes.requireSame(
        "the tokens", tokens.classNames(), "the validation", validation.classNames());
    try (GeneratorTraining<?> model = settings.training(tokens, validation, training.seed());
        Trainer trainer = new Trainer(model, training, folder, listener)) {
      Run run = trainer.run();
      ModelOrigin origin = ModelOrigin.of(codec, training, run.steps(), tokens.classNames());
      return ModelFile.build(settings, trainer.ema().averages(), codec, origin, Optional.of(run));
    }
  }

  static Generator further(
      Generator start,
      Parameters weights,
      Tokens tokens,
      Tokens validation,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    GeneratorSettings settings = start.settings();
    for (Tokens each : List.of(tokens, validation)) {
      Condition.Classes.requireSame(
          "the model", start.classNames(), "the tokens", each.classNames());
    }
    try (GeneratorTraining<?> model = settings.training(tokens, validation, training.seed())) {
      model.startFrom(weights);
      try (Trainer trainer = new Trainer(model, training, folder, listener)) {
        Run run = trainer.run();
        ModelOrigin later = start.origin().then(training, run.steps());
        return ModelFile.build(
            settings, trainer.ema().averages(), start.codec(), later, Optional.of(run));
      }
    }
  }
}
