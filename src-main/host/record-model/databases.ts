/** Division of the MIT-BIH Arrhythmia Database by de Chazal et al. 2004, without the four paced recordings. */
export const ds1 = '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230'.split(' ');
export const ds2 = '100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234'.split(' ');
/** Recordings of atrial fibrillation in DS1, which folds keep apart. */
export const withAtrialFibrillation = ['201', '203'];
/** Of the recordings named here, 202 is of the patient of 201. */
export const patientOf = (name: string): string => (name === '201' || name === '202' ? '201 and 202' : name);
/** Every second recording of the MIT-BIH Supraventricular Arrhythmia Database, 128 Hz. */
export const svdb = (
  '800 802 804 806 808 810 812 821 823 825 827 829 841 843 845 847 849 851 853 855 ' +
  '857 859 861 863 865 867 869 871 873 875 877 879 881 883 885 887 889 891 893'
).split(' ');
