// Auricle from Java, through JNA (net.java.dev.jna:jna):
//
//     java -cp jna.jar -Djna.library.path=/usr/local/lib Transcribe.java MODEL RECORDING.raw
//
// RECORDING.raw holds int16 samples, little-endian, mono, at the model's rate.
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

public class Transcribe {
  interface Auricle extends Library {
    Auricle LIBRARY =
        Native.load("auricle", Auricle.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    String auricle_error_message();

    int auricle_model_open(String path, Pointer options, PointerByReference model);

    void auricle_model_free(Pointer model);

    int auricle_stream_create(Pointer model, Pointer options, PointerByReference stream);

    void auricle_stream_free(Pointer stream);

    int auricle_stream_feed_int16(Pointer stream, short[] samples, NativeSize count);

    int auricle_stream_finish(Pointer stream, PointerByReference transcript);

    String auricle_transcript_text(Pointer transcript);

    void auricle_transcript_free(Pointer transcript);
  }

  // The C type size_t.
  public static class NativeSize extends com.sun.jna.IntegerType {
    public NativeSize() {
      this(0);
    }

    public NativeSize(long value) {
      super(Native.SIZE_T_SIZE, value, true);
    }
  }

  static void check(int status) {
    if (status != 0) throw new IllegalStateException(Auricle.LIBRARY.auricle_error_message());
  }

  static short[] readSamples(Path path) throws java.io.IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    short[] samples = new short[bytes.remaining() / Short.BYTES];
    bytes.asShortBuffer().get(samples);
    return samples;
  }

  public static void main(String[] arguments) throws java.io.IOException {
    Auricle auricle = Auricle.LIBRARY;
    short[] samples = readSamples(Path.of(arguments[1]));
    PointerByReference model = new PointerByReference();
    PointerByReference stream = new PointerByReference();
    PointerByReference transcript = new PointerByReference();
    try {
      check(auricle.auricle_model_open(arguments[0], null, model));
      check(auricle.auricle_stream_create(model.getValue(), null, stream));
      check(
          auricle.auricle_stream_feed_int16(
              stream.getValue(), samples, new NativeSize(samples.length)));
      check(auricle.auricle_stream_finish(stream.getValue(), transcript));
      System.out.println(auricle.auricle_transcript_text(transcript.getValue()));
    } finally {
      auricle.auricle_transcript_free(transcript.getValue());
      auricle.auricle_stream_free(stream.getValue());
      auricle.auricle_model_free(model.getValue());
    }
  }
}
