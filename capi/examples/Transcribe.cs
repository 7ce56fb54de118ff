// Auricle from .NET, through P/Invoke:
//
//     dotnet run Transcribe.cs MODEL RECORDING.raw        (.NET 10)
//     mcs Transcribe.cs && mono Transcribe.exe MODEL RECORDING.raw
//
// with libauricle where the system finds it. RECORDING.raw holds int16 samples, little-endian, mono, at
// the model's rate.
using System;
using System.IO;
using System.Runtime.InteropServices;

// What a `_create` or `_open` gave, which its `_free` takes back however the program goes on.
abstract class Owned : SafeHandle
{
    protected Owned() : base(IntPtr.Zero, true) { }

    public override bool IsInvalid => handle == IntPtr.Zero;
}

sealed class Model : Owned
{
    protected override bool ReleaseHandle() { Auricle.auricle_model_free(handle); return true; }
}

sealed class Stream : Owned
{
    protected override bool ReleaseHandle() { Auricle.auricle_stream_free(handle); return true; }
}

sealed class Transcript : Owned
{
    protected override bool ReleaseHandle() { Auricle.auricle_transcript_free(handle); return true; }
}

static class Auricle
{
    const string Library = "auricle";

    [DllImport(Library)]
    public static extern int auricle_model_open(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, IntPtr options, out Model model);

    [DllImport(Library)]
    public static extern void auricle_model_free(IntPtr model);

    [DllImport(Library)]
    public static extern int auricle_stream_create(Model model, IntPtr options, out Stream stream);

    [DllImport(Library)]
    public static extern void auricle_stream_free(IntPtr stream);

    [DllImport(Library)]
    public static extern int auricle_stream_feed_int16(Stream stream, short[] samples, UIntPtr count);

    [DllImport(Library)]
    public static extern int auricle_stream_finish(Stream stream, out Transcript transcript);

    [DllImport(Library)]
    public static extern void auricle_transcript_free(IntPtr transcript);

    [DllImport(Library)]
    public static extern IntPtr auricle_transcript_text(Transcript transcript);

    [DllImport(Library)]
    static extern IntPtr auricle_error_message();

    public static void Check(int status)
    {
        if (status != 0) throw new InvalidOperationException(Text(auricle_error_message()));
    }

    public static string Text(IntPtr utf8) => Marshal.PtrToStringUTF8(utf8);
}

static class Program
{
    static short[] ReadSamples(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        var samples = new short[bytes.Length / sizeof(short)];
        Buffer.BlockCopy(bytes, 0, samples, 0, samples.Length * sizeof(short));
        return samples;
    }

    static string Transcribe(string path, short[] samples)
    {
        Auricle.Check(Auricle.auricle_model_open(path, IntPtr.Zero, out Model model));
        using (model)
        {
            Auricle.Check(Auricle.auricle_stream_create(model, IntPtr.Zero, out Stream stream));
            using (stream)
            {
                Auricle.Check(Auricle.auricle_stream_feed_int16(
                    stream, samples, (UIntPtr)samples.Length));
                Auricle.Check(Auricle.auricle_stream_finish(stream, out Transcript transcript));
                using (transcript) return Auricle.Text(Auricle.auricle_transcript_text(transcript));
            }
        }
    }

    static int Main(string[] arguments)
    {
        try
        {
            Console.WriteLine(Transcribe(arguments[0], ReadSamples(arguments[1])));
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
