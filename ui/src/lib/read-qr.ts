// A QR code from a camera or a picture becomes text, on this machine alone.
import decode from 'qr/decode.js';

/** No side of what is looked at is longer: a photograph has far more pixels than its code needs. */
const MOST = 1600;

/** The text of the code in a picture; none is found: `undefined`. */
export function readPixels(pixels: ImageData): string | undefined {
  try {
    return decode(pixels);
  } catch {
    // The decoder throws where it finds no code, which is no fault of anybody.
    return undefined;
  }
}

/** The text of the code in a file. */
export async function readPicture(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  try {
    const pixels = pixelsOf(picture, picture.width, picture.height);
    return pixels && readPixels(pixels);
  } finally {
    picture.close();
  }
}

/** Whether there may be a camera to ask for. */
export function hasCamera(): boolean {
  // The types promise what older web views lack.
  return typeof (navigator as Partial<Navigator>).mediaDevices?.getUserMedia === 'function';
}

/**
 * Shows what the camera sees and reads codes from it, until one is found or it is stopped. Throws where there is no
 * camera, or its use was not allowed.
 */
export async function watchCamera(
  video: HTMLVideoElement,
  found: (text: string) => void,
): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment' },
    audio: false,
  });
  let going = true;
  const stop = (): void => {
    going = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  const look = (): void => {
    if (!going) return;
    const pixels = video.videoWidth > 0 ? pixelsOf(video, video.videoWidth, video.videoHeight) : undefined;
    const text = pixels && readPixels(pixels);
    if (text === undefined) {
      requestAnimationFrame(look);
      return;
    }
    stop();
    found(text);
  };
  try {
    video.srcObject = stream;
    await video.play();
  } catch (thrown) {
    stop();
    throw thrown;
  }
  look();
  return stop;
}

function pixelsOf(picture: CanvasImageSource, width: number, height: number): ImageData | undefined {
  const scale = Math.min(1, MOST / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
