import{lookAgain}from"./chunk-Q2W6K6S4.mjs";import"./chunk-BHKGWBO7.mjs";import"./chunk-UP4OK3OG.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{lookAgain};
