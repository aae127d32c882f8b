export {plainView as liveView} from './plain.ts';
