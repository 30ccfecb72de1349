package resgen.audio.align;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.corpus.CommandGrammar;
import resgen.audio.corpus.SpeechFolder;
import resgen.noise.Noise;
import resgen.settings.DataHome;
import resgen.torch.Torch;

class AlignTest {

  private static final Speech SHIPPED = SpeechFolder.at(DataHome.path("speech", "commands"));

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static double[][] scores(int symbols, int frames, long seed) {
    double[][] score = new double[symbols][frames];
    Noise.Stream stream = Noise.of(seed).stream(0);
    for (double[] row : score) {
      for (int t = 0; t < frames; t++) {
        row[t] = stream.nextGaussian();
      }
    }
    return score;
  }

  /** The best score over all ways that give symbols from {@code symbol} on at least a frame. */
  private static double brute(double[][] score, int symbol, int frame, int last) {
    if (symbol == last) {
      double sum = 0;
      for (int t = frame; t < score[0].length; t++) {
        sum += score[symbol][t];
      }
      return frame < score[0].length ? sum : Double.NEGATIVE_INFINITY;
    }
    double best = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int t = frame; t < score[0].length - (last - symbol); t++) {
      sum += score[symbol][t];
      best = Math.max(best, sum + brute(score, symbol + 1, t + 1, last));
    }
    return best;
  }

  private static double score(double[][] score, int[] durations) {
    double sum = 0;
    int t = 0;
    for (int i = 0; i < durations.length; i++) {
      for (int f = 0; f < durations[i]; f++) {
        sum += score[i][t++];
      }
    }
    assertEquals(score[0].length, t);
    return sum;
  }

  /** Between ends that are known each stretch is aligned by itself, and has all of its frames. */
  @Test
  void knownEndsAreKept() {
    double[][] table = scores(7, 20, 3);
    KnownEnds known = new KnownEnds(new int[] {2, 5}, new int[] {6, 13});
    MonotonicAlignment.Result found = MonotonicAlignment.between(table, known);
    int[] ends = found.ends();
    assertEquals(6, ends[1]);
    assertEquals(13, ends[4]);
    assertEquals(20, ends[6]);
    double[][] middle = {
      Arrays.copyOfRange(table[2], 6, 13),
      Arrays.copyOfRange(table[3], 6, 13),
      Arrays.copyOfRange(table[4], 6, 13)
    };
    assertArrayEquals(
        MonotonicAlignment.of(middle).durations(), Arrays.copyOfRange(found.durations(), 2, 5));
    assertEquals(score(table, found.durations()), found.score(), 1e-9);
    assertArrayEquals(
        MonotonicAlignment.of(table).durations(),
        MonotonicAlignment.between(table, KnownEnds.none()).durations());
  }

  /** Ends that leave a stretch fewer frames than symbols are moved; too few in all are refused. */
  @Test
  void knownEndsLeaveEverySymbolAFrame() {
    double[][] table = scores(6, 8, 4);
    KnownEnds early = new KnownEnds(new int[] {3, 5}, new int[] {1, 2});
    assertArrayEquals(
        new int[] {3, 5, 8},
        early.stretches(6, 8).stream().mapToInt(KnownEnds.Stretch::toFrame).toArray());
    int[] durations = MonotonicAlignment.between(table, early).durations();
    assertTrue(Arrays.stream(durations).allMatch(frames -> frames >= 1));
    KnownEnds late = new KnownEnds(new int[] {3, 5}, new int[] {8, 9});
    assertArrayEquals(
        new int[] {5, 7, 8},
        late.stretches(6, 8).stream().mapToInt(KnownEnds.Stretch::toFrame).toArray());
    assertThrows(IllegalArgumentException.class, () -> early.stretches(6, 5));
    assertThrows(
        IllegalArgumentException.class, () -> new KnownEnds(new int[] {2, 2}, new int[] {1, 2}));
  }

  /** All 70 alignments of five symbols with nine frames, in a hundred tables of scores. */
  @Test
  void theAlignmentIsTheBestOfAll() {
    for (int seed = 0; seed < 100; seed++) {
      double[][] table = scores(5, 9, seed);
      MonotonicAlignment.Result found = MonotonicAlignment.of(table);
      assertEquals(brute(table, 0, 0, 4), found.score(), 1e-12);
      assertEquals(found.score(), score(table, found.durations()), 1e-12);
      assertTrue(Arrays.stream(found.durations()).allMatch(d -> d >= 1));
    }
  }

  @Test
  void anOpenEndIsTheBestOfAllEnds() {
    for (int seed = 0; seed < 100; seed++) {
      double[][] table = scores(5, 7, seed);
      double best = Double.NEGATIVE_INFINITY;
      for (int last = 0; last < 5; last++) {
        best = Math.max(best, brute(table, 0, 0, last));
      }
      MonotonicAlignment.Result found = MonotonicAlignment.openEnd(table);
      assertEquals(best, found.score(), 1e-12);
      assertEquals(best, score(table, found.durations()), 1e-12);
    }
    assertEquals(1, MonotonicAlignment.openEnd(scores(5, 1, 0)).durations()[0]);
  }

  @Test
  void fewerFramesThanSymbolsAreRefused() {
    assertArrayEquals(new int[] {1, 1, 1}, MonotonicAlignment.of(scores(3, 3, 0)).durations());
    String message =
        assertThrows(IllegalArgumentException.class, () -> MonotonicAlignment.of(scores(90, 72, 0)))
            .getMessage();
    assertEquals("no alignment: 90 symbols, 72 frames", message);
  }

  @Test
  void roundingCarriesItsError() {
    assertArrayEquals(new int[] {1, 2, 1, 2}, Durations.rounded(new double[] {1.4, 1.4, 1.4, 1.4}));
    assertArrayEquals(new int[] {1, 1, 1}, Durations.rounded(new double[] {0, 0, 0}));
    double[] many = new double[43];
    Noise.Stream stream = Noise.of(1).stream(0);
    double sum = 0;
    for (int i = 0; i < many.length; i++) {
      many[i] = 1 + 5 * stream.nextDouble();
      sum += many[i];
    }
    assertEquals(Math.round(sum), Arrays.stream(Durations.rounded(many)).sum());
    assertThrows(
        IllegalArgumentException.class, () -> Durations.rounded(new double[] {Double.NaN}));
  }

  @ParameterizedTest
  @ValueSource(ints = {43, 44, 100, 226, 1000})
  void scaledDurationsSumToTheTotal(int total) {
    double[] frames = new double[43];
    Noise.Stream stream = Noise.of(2).stream(0);
    for (int i = 0; i < frames.length; i++) {
      frames[i] = i % 7 == 0 ? 0 : 20 * stream.nextDouble();
    }
    int[] scaled = Durations.scaled(frames, total);
    assertEquals(total, Arrays.stream(scaled).sum());
    assertTrue(Arrays.stream(scaled).allMatch(d -> d >= 1));
    assertThrows(IllegalArgumentException.class, () -> Durations.scaled(frames, 42));
  }

  @Test
  void aTextIsItsBytesBetweenItsEnds() {
    TextBytes text = TextBytes.of("  Bring\tX-ray’s  lamp! ");
    assertEquals("bring x-ray's lamp!", text.text());
    assertEquals(TextBytes.BEGIN, text.ids()[0]);
    assertEquals('b' + 3, text.ids()[1]);
    assertEquals(TextBytes.END, text.ids()[text.ids().length - 1]);
    assertArrayEquals(new int[] {5, 13, 19}, text.wordEnds());
  }

  @Test
  void whatHasNoSymbolIsNamedWithItsPlace() {
    assertMessage("é", "caf\u00e9 now", "U+00E9", "place 3");
    assertMessage("emoji", "a \uD83D\uDE00", "U+1F600", "place 2");
    assertMessage("digit", "go 7", "digit '7'", "place 3");
    assertMessage("empty", "  ", "empty");
    assertMessage("punctuation", "?!", "without a letter");
    assertEquals("caf now", TextBytes.of("caf\u00e9 now", TextBytes.Unknown.DROP).text());
    assertEquals("go seven", TextBytes.spelled("go 7"));
    assertMessage("number", TextBytes.spelled("go 17"), "digit '1'");
    assertEquals("find", TextBytes.of("\uFB01nd").text()); // NFKC parts the ligature
  }

  private static void assertMessage(String what, String text, String... parts) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TextBytes.of(text), what).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  /** The words' last phones are those that end each word in the dictionary. */
  @Test
  void wordsEndWithTheirLastPhones() {
    Utterance utterance =
        SHIPPED.utterances().stream()
            .filter(u -> u.id().equals("train-00014"))
            .findFirst()
            .orElseThrow();
    double[] ends = WordEnds.ofCommands().of(utterance);
    assertEquals(8, ends.length);
    assertEquals("take the white hammer under foxtrot seven now", utterance.text());
    for (int w = 0; w < 8; w++) {
      double end = ends[w];
      String phone =
          utterance.phones().stream().filter(p -> p.end() == end).findFirst().orElseThrow().name();
      assertEquals(List.of("k", "ax", "t", "er", "er", "t", "n", "aw").get(w), phone);
    }
    for (Utterance each : SHIPPED.utterances()) {
      double[] all = WordEnds.ofCommands().of(each);
      for (int w = 1; w < all.length; w++) {
        assertTrue(all[w] > all[w - 1] + 0.03, each + ": word " + w);
      }
    }
  }

  /** Adds each alignment's weight to the symbols that it gives its frames to. */
  private static double everyWay(
      double[][] score, double beta, int symbol, int frame, int[] durations, double[][] into) {
    int n = score.length;
    int frames = score[0].length;
    if (symbol == n - 1) {
      durations[symbol] = frames - frame;
      double weight = Math.exp(beta * score(score, durations));
      int t = 0;
      for (int i = 0; i < n; i++) {
        for (int f = 0; f < durations[i]; f++) {
          into[i][t++] += weight;
        }
      }
      return weight;
    }
    double sum = 0;
    for (int d = 1; d <= frames - frame - (n - 1 - symbol); d++) {
      durations[symbol] = d;
      sum += everyWay(score, beta, symbol + 1, frame + d, durations, into);
    }
    return sum;
  }

  /** All 56 alignments of four symbols with nine frames, weighted; known ends part the sum. */
  @Test
  void posteriorsAreTheSharesOfAllAlignments() {
    for (int seed = 0; seed < 20; seed++) {
      double[][] table = scores(4, 9, seed);
      double[][] sums = new double[4][9];
      double total = everyWay(table, 0.7, 0, 0, new int[4], sums);
      double[][] found = MonotonicAlignment.posterior(table, 0.7, KnownEnds.none());
      double[][] parted =
          MonotonicAlignment.posterior(table, 0.7, new KnownEnds(new int[] {2}, new int[] {4}));
      double[][] first = new double[2][4];
      double all =
          everyWay(
              new double[][] {Arrays.copyOf(table[0], 4), Arrays.copyOf(table[1], 4)},
              0.7,
              0,
              0,
              new int[2],
              first);
      for (int i = 0; i < 4; i++) {
        for (int t = 0; t < 9; t++) {
          assertEquals(sums[i][t] / total, found[i][t], 1e-12);
          if (i < 2) {
            assertEquals(t < 4 ? first[i][t] / all : 0, parted[i][t], 1e-12);
          }
        }
      }
    }
  }

  /** Scores so low that their exponentials vanish leave posteriors finite. */
  @Test
  void posteriorsOfVeryUnlikelyFramesAreFinite() {
    double[][] table = scores(3, 6, 0);
    for (double[] row : table) {
      for (int t = 0; t < row.length; t++) {
        row[t] -= 1e5;
      }
    }
    double[][] found = MonotonicAlignment.posterior(table, 1, KnownEnds.none());
    for (int t = 0; t < 6; t++) {
      assertEquals(1, found[0][t] + found[1][t] + found[2][t], 1e-9);
    }
  }

  /**
   * What all sounds of a text have in common with a speaker, who colours them, and noise that is
   * larger than the means, but of a few directions: means by themselves are lost in it.
   */
  @Test
  void gaussiansAlignThroughColourAndNoiseOfFewDirections() {
    MelSettings mel = new MelSettings(16_000, 1024, 800, 200, 20, 0, 8000, 1e-5);
    Noise noise = Noise.of(6);
    CommandGrammar grammar = CommandGrammar.standard();
    List<int[]> texts = new ArrayList<>();
    List<LogMel> mels = new ArrayList<>();
    List<int[]> truth = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Noise.Stream stream = noise.stream(i);
      int[] ids = TextBytes.of(grammar.sentence(stream.nextInt(grammar.size()))).ids();
      int[] durations = new int[ids.length];
      Arrays.setAll(durations, s -> 2 + stream.nextInt(6));
      float[] colour = stream.gaussians(20);
      float[] values = new float[Arrays.stream(durations).sum() * 20];
      int at = 0;
      for (int s = 0; s < ids.length; s++) {
        float[] mean = noise.fork("means").stream(ids[s]).gaussians(20);
        for (int f = 0; f < durations[s]; f++) {
          double[] loud = {8 * stream.nextGaussian(), 8 * stream.nextGaussian()};
          for (int b = 0; b < 20; b++) {
            values[at++] =
                (float)
                    (mean[b]
                        + 3 * colour[b]
                        + loud[b % 2] * (1 + b / 20.0)
                        + 0.4 * stream.nextGaussian());
          }
        }
      }
      texts.add(ids);
      mels.add(new LogMel(values, mel));
      truth.add(durations);
    }
    MeansAligner plain = MeansAligner.fit(texts, mels, new MeansAligner.Settings(0, 15));
    GaussianAligner gaussians = GaussianAligner.fit(texts, mels, GaussianAligner.Settings.usual());
    double lost = 0;
    double right = 0;
    double all = 0;
    for (int i = 0; i < texts.size(); i++) {
      int[] expected = new MonotonicAlignment.Result(truth.get(i), 0).ends();
      int[] one = plain.align(texts.get(i), mels.get(i)).ends();
      int[] other = gaussians.align(texts.get(i), mels.get(i)).ends();
      for (int s = 0; s < expected.length; s++) {
        lost += Math.abs(one[s] - expected[s]) > 1 ? 1 : 0;
        right += Math.abs(other[s] - expected[s]) <= 1 ? 1 : 0;
        all++;
      }
    }
    assertTrue(right > 0.9 * all, right + " of " + all);
    assertTrue(lost > 0.3 * all, lost + " of " + all);
  }

  /**
   * Twelve utterances are enough to come nearer than a third of what equal durations are off by.
   */
  @Test
  void gaussiansFindTheEndsOfWordsInTrueSpeech() {
    MelSettings settings = MelSettings.small();
    List<int[]> texts = new ArrayList<>();
    List<LogMel> mels = new ArrayList<>();
    try (MelTransform transform = new MelTransform(settings)) {
      for (Utterance each : SHIPPED.utterances()) {
        texts.add(TextBytes.of(each.text()).ids());
        mels.add(transform.of(each));
      }
    }
    GaussianAligner gaussians = GaussianAligner.fit(texts, mels, GaussianAligner.Settings.usual());
    List<MonotonicAlignment.Result> equal = new ArrayList<>();
    List<MonotonicAlignment.Result> found = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      int[] same = MeansAligner.uniform(texts.get(i).length, mels.get(i).frames());
      equal.add(new MonotonicAlignment.Result(same, 0));
      found.add(gaussians.align(texts.get(i), mels.get(i)));
    }
    WordEnds truth = WordEnds.ofCommands();
    AlignmentError before = AlignmentError.of(SHIPPED.utterances(), equal, truth, settings);
    AlignmentError after = AlignmentError.of(SHIPPED.utterances(), found, truth, settings);
    assertTrue(after.median() < before.median() / 3, after + ", equal durations " + before);
    assertTrue(after.within50() > 0.55, after.toString());
  }

  @Test
  void settingsOfGaussiansAreChecked() {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new GaussianAligner.Settings(10, 0.3, 0.1, 5))
            .getMessage();
    assertTrue(message.contains("from 0.3 to 0.1"), message);
  }

  /** Spectra made up of a mean for each byte: their alignment is found again. */
  @Test
  void alignmentsOfMadeUpSpectraAreFound() {
    MelSettings mel = new MelSettings(16_000, 1024, 800, 200, 20, 0, 8000, 1e-5);
    Noise noise = Noise.of(5);
    CommandGrammar grammar = CommandGrammar.standard();
    List<int[]> texts = new ArrayList<>();
    List<LogMel> mels = new ArrayList<>();
    List<int[]> truth = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Noise.Stream stream = noise.stream(i);
      int[] ids = TextBytes.of(grammar.sentence(stream.nextInt(grammar.size()))).ids();
      int[] durations = new int[ids.length];
      for (int s = 0; s < ids.length; s++) {
        durations[s] = 2 + stream.nextInt(6);
      }
      float[] values = new float[Arrays.stream(durations).sum() * 20];
      int at = 0;
      for (int s = 0; s < ids.length; s++) {
        float[] mean = noise.fork("means").stream(ids[s]).gaussians(20);
        for (int v = 0; v < durations[s] * 20; v++) {
          values[at++] = (float) (2 * mean[v % 20] + 0.5 * stream.nextGaussian());
        }
      }
      texts.add(ids);
      mels.add(new LogMel(values, mel));
      truth.add(durations);
    }
    MeansAligner aligner = MeansAligner.fit(texts, mels, new MeansAligner.Settings(0, 15));
    int right = 0;
    int all = 0;
    for (int i = 0; i < texts.size(); i++) {
      int[] found = aligner.align(texts.get(i), mels.get(i)).ends();
      int[] expected = new MonotonicAlignment.Result(truth.get(i), 0).ends();
      for (int s = 0; s < found.length; s++) {
        right += Math.abs(found[s] - expected[s]) <= 1 ? 1 : 0;
        all++;
      }
    }
    assertTrue(right > 0.97 * all, right + " of " + all);
  }

  /** Hard expectation maximization never loses likelihood, on true speech too. */
  @Test
  void everyRoundIsAtLeastAsLikely() {
    List<int[]> texts = new ArrayList<>();
    List<LogMel> mels = new ArrayList<>();
    try (MelTransform transform = new MelTransform(MelSettings.small())) {
      for (Utterance each : SHIPPED.range(0, 6).utterances()) {
        texts.add(TextBytes.of(each.text()).ids());
        mels.add(transform.of(each.clip()));
      }
    }
    double before = Double.NEGATIVE_INFINITY;
    for (int rounds = 1; rounds <= 4; rounds++) {
      MeansAligner aligner = MeansAligner.fit(texts, mels, new MeansAligner.Settings(0, rounds));
      double score = 0;
      for (int i = 0; i < texts.size(); i++) {
        score += aligner.align(texts.get(i), mels.get(i)).score();
      }
      assertTrue(score > before, rounds + " rounds: " + score + " after " + before);
      before = score;
    }
  }

  @Test
  void theErrorOfTrueEndsIsAFrameAtMost() {
    MelSettings mel = MelSettings.small();
    List<MonotonicAlignment.Result> exact = new ArrayList<>();
    for (Utterance each : SHIPPED.utterances()) {
      double[] ends = WordEnds.ofCommands().of(each);
      int[] places = TextBytes.of(each.text()).wordEnds();
      int[] durations = new int[TextBytes.of(each.text()).ids().length];
      int given = 0;
      for (int w = 0; w < ends.length; w++) {
        durations[places[w]] = (int) Math.round(ends[w] * mel.frameRate()) - given;
        given += durations[places[w]];
      }
      exact.add(new MonotonicAlignment.Result(durations, 0));
    }
    AlignmentError error =
        AlignmentError.of(SHIPPED.utterances(), exact, WordEnds.ofCommands(), mel);
    assertEquals(84, error.words());
    assertTrue(error.median() <= 6.25, error + "");
    assertEquals(1, error.within50());
  }
}
