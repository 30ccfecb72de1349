package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import resgen.Generator;
import resgen.ResGen;
import resgen.audio.Speech;
import resgen.audio.align.Aligner;
import resgen.audio.codec.SpeechCodec;
import resgen.audio.generate.SpeechModels;
import resgen.audio.generate.SpokenTokens;
import resgen.audio.generate.Tts;
import resgen.codec.DataSet;
import resgen.codec.Tokens;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Recipe;
import resgen.token.Condition;
import resgen.train.Run;
import resgen.train.RunFolder;
import resgen.train.Training;

/** {@code resgen speech train}: a codec's tokens and their texts to a model that speaks. */
@Command(
    name = "train",
    description = {
      "Train a model to say texts.",
      "An aligner is fitted, which takes seconds, and a generator is trained on the codec's tokens"
          + " with the text at every position.",
      "A run that was stopped goes on where it was when it is started again with the same settings."
    },
    mixinStandardHelpOptions = true)
final class SpeechTrain implements Callable<Integer> {

  private static final long USUAL_STEPS = 10_000;

  /** Where ends of words are from. */
  enum Ends {
    FOUND,
    TOLD
  }

  @Spec private CommandSpec spec;
  @Mixin private SpeechOptions data;
  @Mixin private SettingsOptions settings;
  @Mixin private MachineOptions machine;
  @Mixin private RunOptions run;

  @Option(
      names = "--codec",
      required = true,
      paramLabel = "NAME|FILE",
      description = "A shipped codec, or a .safetensors file that `speech train-codec` wrote.")
  private String codec;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "resgen",
      description =
          "resgen, direct-tokens, depthwise-maskgit, rq-transformer, ar-resgen or vall-e"
              + " (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--prompts",
      description =
          "The model is not told who speaks: it hears the voice from a prompt, a beginning that is"
              + " given. Otherwise it is told the speaker.")
  private boolean prompts;

  @Option(
      names = "--joined",
      paramLabel = "N",
      description =
          "Try so many pairs of utterances by one speaker as further, longer samples (0; with --prompts"
              + " as many as there are utterances, so that the model learns to go on from another"
              + " sentence). A codec whose positions are too few for two leaves pairs out.")
  private Integer joined;

  @Option(
      names = "--word-ends",
      paramLabel = "found|told",
      defaultValue = "found",
      description =
          "Where a word ends in what the model learns from: found in the sound by the aligner, or told"
              + " by the corpus, as commands tells it (${DEFAULT-VALUE}).")
  private Ends wordEnds;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "The model, a .safetensors file (model.safetensors in the run folder). Its aligner is"
              + " written beside it, and the codec unless it is there.")
  private Path output;

  SpeechTrain() {}

  @Override
  public Integer call() {
    Outputs.check(spec, output);
    Training training = settings.training(USUAL_STEPS, ResGen::training);
    Family.Member member = Usage.check(spec, () -> SpeechModels.of(model));
    if (joined != null && joined < 0) {
      throw settings.wrong("--joined %d must be 0 or more".formatted(joined));
    }
    machine.apply();
    DataSet<Speech> speech = data.data();
    PrintWriter err = spec.commandLine().getErr();
    try (Interrupt interrupt = Interrupt.of(err);
        SpeechCodec tokenizer = SpeechCodec.load(codec)) {
      return train(member, tokenizer, speech, training, interrupt);
    } catch (CancellationException e) {
      err.println(e.getMessage());
      return Main.INTERRUPTED;
    }
  }

  private int train(
      Family.Member member,
      SpeechCodec tokenizer,
      DataSet<Speech> speech,
      Training training,
      Interrupt interrupt) {
    PrintWriter err = spec.commandLine().getErr();
    Speech train = speech.train();
    err.printf("aligning %,d utterances%n", train.size());
    Aligner.Learned learned =
        Aligner.learn(train, Aligner.Settings.of(tokenizer.mel()).told(wordEnds == Ends.TOLD));
    Aligner aligner = learned.aligner();
    err.printf("encoding %,d utterances%n", train.size());
    Tokens tokens = SpokenTokens.of(tokenizer, learned, train, !prompts);
    int pairs = joined != null ? joined : prompts ? train.size() : 0;
    if (pairs > 0) {
      int[] who = train.conditions().ids();
      tokens = SpokenTokens.joined(tokens, who, pairs, training.seed());
    }
    Tokens held = SpokenTokens.of(tokenizer, aligner, speech.test(), !prompts);
    ConditionSpec texts = ConditionSpec.Timed.of((Condition.Timed) tokens.condition());
    Recipe wanted =
        settings.settings(Recipe.class, SpeechModels.presets(member, tokens.spec(), texts));
    RunFolder.Card card =
        new RunFolder.Card("speech train", wanted, training, train.name(), tokens.fingerprint());
    RunFolder folder = run.folder(card, err);
    Path file = output == null ? folder.path().resolve("model.safetensors") : output;
    Steps steps = new Steps(err);
    try (Generator trained =
            Generator.train(
                tokens,
                held,
                (shape, condition) -> wanted,
                training,
                Optional.of(folder.path()),
                folder.noting(card, steps));
        Tts tts = Tts.of(trained, aligner)) {
      steps.close();
      Run done = trained.run().orElseThrow();
      boolean stopped = interrupt.requested() | done.interrupted();
      tts.save(file);
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %,d of %,d steps in %s, %,d parameters%n",
              file,
              done.steps(),
              done.of(),
              Progress.duration(done.seconds()),
              trained.parameterCount());
      return stopped ? Main.INTERRUPTED : Main.OK;
    }
  }
}
