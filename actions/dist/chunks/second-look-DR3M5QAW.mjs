import{lookAgain}from"./chunk-FTZ4YBXC.mjs";import"./chunk-V6XOASRT.mjs";import"./chunk-OICBS7JA.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{lookAgain};
