package resgen.lab.cluster;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Pictures of a folder, to be written as tokens. Plain data.
 *
 * @param folder with a folder for each class, seen by this path from every machine
 * @param tokenizer file of one; pictures come to the size that it has been trained with
 * @param output a folder that is not there yet, on a file system that all machines see
 * @param skipBroken whether a picture that cannot be read is a row that says why; else it is an
 *     error
 */
public record FolderJob(String folder, String tokenizer, String output, boolean skipBroken) {

  /** How many broken pictures are named in {@link Written}; all of them are in the file. */
  public static final int NAMED = 1000;

  /**
   * What was written.
   *
   * @param pictures of the folder, a row each
   * @param broken how many of them cannot be read
   * @param reasons why, of the first {@link #NAMED} of those, by path below the folder
   */
  public record Written(long pictures, long broken, SortedMap<String, String> reasons) {

    /** Copies the reasons. */
    public Written {
      reasons = new TreeMap<>(reasons);
    }
  }
}
